import type { en } from './practice.words.en';

export const ko: typeof en = {
  practice: {
    name: '연습 전화',
    number: '실제 전화가 아니에요',
    label: '연습',
    dialled: '070-0000-0000',
    why: '연습이에요. 전화가 오면 여기에 이렇게 울려요.',
    answered: '연습 벨을 받았어요. 전화가 오면 이렇게 울려요.',
  },
};
