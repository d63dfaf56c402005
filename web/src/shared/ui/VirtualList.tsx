import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef, type ReactNode } from 'react';
import classes from './VirtualList.module.css';

// Rows above and below what is seen, so that scrolling never shows a gap.
const overscan = 8;
/** So many rows before the last loaded one, the next page is asked for. */
const ahead = 20;
/** Within so many pixels of its beginning a list counts as not scrolled. */
const atTop = 8;

// Where each list was left, as long as the page lives.
const places = new Map<string, number>();

interface VirtualListProps<T> {
  items: readonly T[];
  /** In pixels; all rows are as high. */
  rowHeight: number;
  label: string;
  row: (item: T, index: number) => ReactNode;
  /** The list's name among those whose scroll place is kept; give it as the key, too. */
  place: string;
  /** The row that the keyboard is at, and how often it has moved: each move brings the row into sight. */
  active?: { index: number; moves: number };
  /** The last loaded rows are near. */
  onNearEnd?: (() => void) | undefined;
  onScrolled?: (scrolled: boolean) => void;
}

/** Fixed rows of which only those in sight are in the page, however many there are. */
export function VirtualList<T extends { id: string }>({ items, rowHeight, label, row, place, active, onNearEnd, onScrolled }: VirtualListProps<T>) {
  const scroller = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- the compiler leaves this component alone, and nothing of `virtual` is passed on
  const virtual = useVirtualizer({
    count: items.length,
    estimateSize: () => rowHeight,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => items[index]?.id ?? index,
    initialOffset: () => places.get(place) ?? 0,
    overscan,
  });
  const shown = virtual.getVirtualItems();
  const last = shown.at(-1)?.index ?? -1;

  useEffect(() => {
    if (last >= items.length - ahead) onNearEnd?.();
  }, [last, items.length, onNearEnd]);
  const moves = active?.moves ?? 0;
  useLayoutEffect(() => {
    if (active && moves > 0 && active.index >= 0) virtual.scrollToIndex(active.index, { align: 'auto' });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- only a move of the keyboard scrolls, not a list that grows
  }, [moves]);

  return (
    <div
      ref={scroller}
      className={classes.scroll}
      tabIndex={-1}
      onScroll={(event) => {
        const { scrollTop } = event.currentTarget;
        places.set(place, scrollTop);
        onScrolled?.(scrollTop > atTop);
      }}
    >
      <div role="list" aria-label={label} className={classes.rows} style={{ height: virtual.getTotalSize() }}>
        {shown.map(({ index, key, start }) => {
          const item = items[index];
          return (
            item && (
              <div key={key} role="listitem" aria-setsize={items.length} aria-posinset={index + 1} className={classes.row} style={{ height: rowHeight, transform: `translateY(${start}px)` }}>
                {row(item, index)}
              </div>
            )
          );
        })}
      </div>
    </div>
  );
}

/** Lets a list begin at its first row when it is shown next. */
export const forgetPlace = (place: string): void => void places.delete(place);
