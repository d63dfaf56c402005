import { useEffect } from 'react';

// The parts of a screen between which F6 goes, as in the desktop's own programs: whoever has `data-region`, in the page's order.
const regions = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('[data-region]')].filter((region) => region.getClientRects().length > 0);

/** Brings the focus to the next region, or the one before; Tab goes on from its first control. */
export function cycleRegions(back: boolean): void {
  const all = regions();
  if (all.length === 0) return;
  // Of regions inside each other the innermost holds the focus.
  const at = all.findLastIndex((region) => region.contains(document.activeElement));
  const next = at < 0 ? (back ? all.length - 1 : 0) : (at + (back ? -1 : 1) + all.length) % all.length;
  const region = all[next];
  if (!region) return;
  if (!region.hasAttribute('tabindex')) region.tabIndex = -1;
  region.focus();
}

/** F6 and Shift+F6, wherever the focus is. */
export function useRegionCycling(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'F6' || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      cycleRegions(event.shiftKey);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
}
