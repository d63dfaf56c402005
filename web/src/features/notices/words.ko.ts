import type { en } from './words.en';

export const ko: typeof en = {
  notices: {
    help: '{{name}} 님이 도움을 요청했어요',
    mention: '{{name}} 님이 멘션했어요',
    mentionNobody: '멘션됐어요',
    assigned: '{{name}} 님이 배정했어요',
    assignedNobody: '나에게 배정됐어요',
    missed: '부재중 · {{reason}}',
    snoozed: '보류중이던 상담이 다시 열렸어요',
    open: '열기',
    toLive: '현황 보기',
    conversation: '상담',
    newVersion: '새 버전이 있어요',
    reload: '새로 고침',
  },
};
