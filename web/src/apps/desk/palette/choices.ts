import type { TablerIcon } from '@tabler/icons-react';

/** One thing that the palette offers. */
export interface Choice {
  id: string;
  icon: TablerIcon;
  label: string;
  /** What tells it from others of the same name, or its keys. */
  hint?: string | undefined;
  /** Further words by which it is found. */
  find?: string;
  run: () => void;
}

export type GroupName = 'call' | 'actions' | 'people' | 'colleagues' | 'conversations' | 'pages';

export interface Group {
  name: GroupName;
  choices: readonly Choice[];
}

const folded = (text: string): string => text.normalize('NFKC').toLocaleLowerCase().replaceAll(/\s+/g, '');

/** Whether each word that is typed stands in what a choice is found by. */
export const matches = (choice: Choice, typed: string): boolean => {
  const inside = folded(`${choice.label} ${choice.find ?? ''}`);
  return typed.split(/\s+/).every((word) => inside.includes(folded(word)));
};

/** A telephone number that may be called: at least three digits, and nothing that numbers do not have. */
export const isNumber = (typed: string): boolean => /^[+\d][\d\s().-]*$/.test(typed) && typed.replaceAll(/\D/g, '').length >= 3;
