import { useEffect } from 'react';
import { claimTitle, titleRank } from '../browser/title';

const product = 'ringdesk';

interface ScreenTitleProps {
  children: string;
  /** How much waits there; stands in the window's title. */
  count?: number;
  /** Shown in this way; without, it is there for screen readers alone. */
  className?: string;
}

/** The one heading of a screen, which the window's title says, too. */
export function ScreenTitle({ children: title, count, className = 'visually-hidden' }: ScreenTitleProps) {
  useEffect(() => claimTitle(titleRank.screen, `${count ? `(${count}) ` : ''}${title} · ${product}`), [title, count]);
  return <h1 className={className}>{title}</h1>;
}
