import { useMediaQuery } from '@mantine/hooks';

/** Whether panes are pages of their own; the same width as in the style sheets. */
export const useNarrow = (): boolean => useMediaQuery('(max-width: 768px)', undefined, { getInitialValueInEffect: false }) ?? false;
