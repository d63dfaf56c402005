import type { en } from './words.en';

export const ko: typeof en = {
  areas: {
    inbox: '수신함',
    contacts: '고객 연락처',
    live: '현황',
    stats: '통계',
    settings: '설정',
  },
  desk: {
    skip: '본문으로 건너뛰기',
    noSuchPage: '찾을 수 없는 주소예요',
    noSuchPageHint: '주소가 잘못 입력됐거나, 있던 내용이 사라졌을 수 있어요.',
    toInbox: '수신함으로',
    help: '키보드 단축키',
    account: '계정',
    navigation: '주 메뉴',
    noSeat: '오퍼레이터 시트가 없어 전화를 받을 수 없어요. 관리자에게 요청해 주세요.',
    diskLow: '디스크가 거의 가득 찼거나 응답하지 않아요. 통화는 계속되지만 새 통화는 녹음되지 않아요. 공간을 비우거나 서버 담당자에게 알려 주세요.',
    noSeatAdmin: '오퍼레이터 시트가 없어 전화가 동료에게만 울려요.',
    takeSeat: '시트 사용',
  },
  live: {
    lost: '서버 응답이 없어요. 이 화면은 {{time}}의 상태예요.',
    soundGoesOn: '소리는 들려요.',
    soundStopped: '소리도 끊겼어요.',
    engineGone: '전화 시스템이 멈췄어요. 새 전화를 받을 수 없어요. {{time}}부터',
    engineBack: '전화 시스템이 돌아왔어요.',
    retry: '지금 다시 연결',
  },
};
