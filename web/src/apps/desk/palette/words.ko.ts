import type { en } from './words.en';

export const ko: typeof en = {
  palette: {
    title: '무엇이든 찾기',
    hint: '사람, 번호, 상담, 화면, 할 일',
    found: '찾은 것',
    searching: '찾는 중…',
    nothing: '‘{{q}}’에 맞는 것이 없어요',
    call: '{{number}}(으)로 전화 걸기',
    invite: '{{name}} 님을 통화에 초대',
    workOf: '{{name}} 님의 상담',
    groups: { call: '번호', actions: '할 일', people: '고객', colleagues: '동료', conversations: '상담', pages: '화면' },
    status: '내 상태: {{status}}',
    dial: '다이얼 열기',
    dndOn: '방해 금지 켜기',
    dndOff: '방해 금지 끄기',
    sheet: '키보드 단축키',
    testCall: '테스트 전화 걸기',
    logout: '로그아웃',
    find: { status: '자리 비움 휴식 쉬는', dial: '전화 걸기 번호' },
  },
};
