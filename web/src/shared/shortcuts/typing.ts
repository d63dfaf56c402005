const taken = 'input, textarea, select, [contenteditable], [role=dialog], [role=alertdialog], [role=menu]';

/** Whether single keys belong to where they are pressed: somebody types there, or a menu or dialog is open. */
export const takesLetters = (target: EventTarget | null): boolean => target instanceof Element && target.closest(taken) !== null;
