import type { en } from './words.en';

export const ko: typeof en = {
  me: {
    control: '나: {{status}}',
    panel: '내 상태와 설정',
    word: {
      noSeat: '오퍼레이터 시트 없음',
      phoneOff: '전화 받지 않음',
      connecting: '연결 중…',
      elsewhere: '다른 창에 전화가 있어요',
      'no-mic': '마이크 없음',
    },
    short: {
      available: '상담 가능',
      offline: '연결 안 됨',
      ringing: '벨 울림',
      inCall: '통화 중',
      wrapUp: '후처리',
      dnd: '방해 금지',
      meal: '식사',
      rest: '휴식',
      meeting: '회의',
      education: '교육',
      otherWork: '기타 업무',
      off: '근무 종료',
      noSeat: '시트 없음',
      phoneOff: '전화 끔',
      connecting: '연결 중',
      elsewhere: '다른 창',
      'no-mic': '마이크 ✕',
    },
  },
};
