import type { CSSProperties } from 'react';
import type { Tag } from '../queries';
import classes from './Tags.module.css';

/** A tag's colour, which its name stands beside. */
export function TagColour({ colour }: { colour: Tag['colour'] }) {
  return <span className={classes.colour} style={{ '--tag': `var(--mantine-color-${colour}-6)`, '--tag-dark': `var(--mantine-color-${colour}-5)` } as CSSProperties} aria-hidden="true" />;
}
