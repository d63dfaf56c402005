import type { en } from './words.en';

export const ko: typeof en = {
  placing: {
    to: '번호나 이름',
    back: '한 자리 지우기',
    matches: '고객 연락처',
    callerId: '발신 번호',
    call: '전화 걸기',
    home: '국내',
    perMinute: '{{amount}} CU/분',
    emergency: '긴급 전화번호',
    notAbroad: '이 발신 번호로는 국제전화를 걸 수 없어요.',
    instead: '{{number}} 쓰기',
    noSeat: '오퍼레이터 시트가 없어요. 관리자에게 요청해 주세요.',
    noPermission: '전화 걸기 권한이 없어요. 관리자에게 요청해 주세요.',
    noMicrophone: '전화를 걸려면 마이크가 필요해요. 주소창 옆에서 허용하거나 마이크를 꽂아 주세요. 그래도 안 되면 관리자에게 물어보세요.',
    elsewhere: '다른 창에서 전화를 쓰고 있어요. 그 창에서 걸어 주세요.',
    notReady: '전화를 연결하고 있어요…',
    inCall: '통화 중이에요. 먼저 지금 통화에서 나가 주세요.',
  },
};
