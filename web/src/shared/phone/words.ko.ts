import type { en } from './words.en';

export const ko: typeof en = {
  phone: {
    ready: '전화 준비됨',
    connecting: '전화 연결 중…',
    lost: '전화 연결 끊김',
    elsewhere: '다른 창에서 전화를 쓰고 있어요',
    'no-mic': '마이크 없음',
    network: '전화 엔진과의 연결이 끊겼어요. 다시 연결하고 있어요…',
    engine: '전화 시스템을 다시 시작하고 있어요. 진행 중이던 통화는 종료됐어요. 준비되면 새 전화가 바로 여기로 울려요.',
    refused: '전화 엔진이 이 전화를 거부했어요. 다시 연결하고 있어요…',
    elsewhereText: '마지막에 연 창에서 벨이 울려요.',
    elsewhereBusy: '다른 창에서 통화 중이에요.',
    useHere: '여기서 사용',
    moveHere: '이 창으로 가져오기',
    micDenied: '브라우저가 마이크를 차단했어요. 주소창 왼쪽 아이콘을 눌러 마이크를 허용한 뒤 다시 시도해 주세요.',
    micMissing: '연결된 마이크가 없어요. 헤드셋을 연결하면 저절로 인식돼요.',
    micBusy: '다른 프로그램이 마이크를 사용 중이에요. 종료한 뒤 다시 시도해 주세요.',
    micInsecure: '보안 연결에서만 마이크를 쓸 수 있어요. https:// 주소로 접속해 주세요.',
    allowMicrophone: '마이크 허용',
    soundBlocked: '브라우저가 소리를 막고 있어요. 여기를 눌러 고객의 목소리를 들어 주세요.',
  },
};
