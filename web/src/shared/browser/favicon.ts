export type Dot = 'green' | 'accent' | 'amber' | 'red' | 'grey';

/** Gives the window's icon a dot in the colour of how things stand. Returns how to take it away. */
export function showDot(dot: Dot): () => void {
  const icon = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (!icon) return () => undefined;
  const usual = icon.href;
  icon.href = `/icon-${dot}.svg`;
  return () => {
    icon.href = usual;
  };
}
