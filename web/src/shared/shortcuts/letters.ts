/** What single keys do, for the sheet: those that stop when single letters are switched off (WCAG 2.1.4). */
export const letters = [
  { name: 'move', keys: ['J', 'K'] },
  { name: 'search', keys: ['/'] },
  { name: 'close', keys: ['E'] },
  { name: 'snooze', keys: ['S'] },
  { name: 'assign', keys: ['A'] },
  { name: 'team', keys: ['T'] },
  { name: 'tags', keys: ['L'] },
  { name: 'note', keys: ['N'] },
  { name: 'call', keys: ['C'] },
  { name: 'select', keys: ['X'] },
  { name: 'help', keys: ['?'] },
] as const;

/** Where G and then a letter leads; an area's own letter stands beside its route. */
export const goKey = 'KeyG';
