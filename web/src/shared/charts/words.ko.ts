import type { en } from './words.en';

export const ko: typeof en = {
  charts: {
    asTable: '표로 보기',
    asChart: '그래프로 보기',
    open: '통화 보기: {{what}}',
    keys: '화살표 키로 값을 읽고, Enter로 통화를 볼 수 있어요.',
    unfinished: '아직 진행 중',
    none: '–',
  },
};
