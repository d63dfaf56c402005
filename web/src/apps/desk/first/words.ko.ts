import type { en } from './words.en';

export const ko: typeof en = {
  first: {
    title: '첫 전화를 받을 준비를 해요',
    progress: '{{all}}개 중 {{done}}개 완료',
    done: '완료',
    open: '할 일',
    steps: {
      sound: '소리 점검',
      testCall: '테스트 전화 받기',
      number: '번호와 회선',
      hours: '운영시간',
      agents: '상담원 초대',
      microphone: '마이크',
      notices: '알림',
      app: '앱 설치',
      practice: '연습 전화',
    },
    hints: {
      sound: '말해 보고 내 목소리를 들어 봐요.',
      testCall: '고객처럼 우리 번호로 전화를 걸어요. 브라우저에서 벨이 울려요.',
      number: '고객이 거는 번호와, 그 전화가 오는 통신사예요.',
      hours: '전화를 받는 시간이에요. 정하지 않으면 항상 받아요.',
      agents: '동료에게 링크를 보내요. 계정이 없어도 돼요.',
      microphone: '이 페이지에서 쓸 수 있게 브라우저가 허용해야 해요.',
      notices: '다른 일을 하는 동안에도 전화가 온 것을 알 수 있어요.',
      app: '브라우저 메뉴에서 설치해요. 모든 단축키를 쓸 수 있고 창이 따로 떠요.',
      practice: '고객이 전화하면 어떤 소리가 나는지 들어 봐요.',
    },
    actions: {
      sound: '점검',
      testCall: '테스트 전화 걸기',
      number: '열기',
      hours: '정하기',
      agents: '초대',
      microphone: '허용',
      notices: '허용',
      practice: '울리기',
    },
    call: '{{number}}(으)로 직접 걸어도 돼요.',
  },
};
