export const en = {
  practice: {
    name: 'Practice call',
    number: 'Nobody is calling',
    label: 'Practice',
    dialled: '070-0000-0000',
    why: 'This is only practice: calls ring here, like this.',
    answered: 'You answered the practice ring. Calls will ring like this.',
  },
};
