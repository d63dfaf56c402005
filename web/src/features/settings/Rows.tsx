import { IconChevronRight } from '@tabler/icons-react';
import type { ComponentProps, ReactNode } from 'react';
import { Link } from 'react-router';
import { Truncated } from '../../shared/ui/Truncated';
import classes from './Rows.module.css';

export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={classes.rows} aria-label={label}>
      {children}
    </ul>
  );
}

interface RowProps {
  /** Where its own page is; a row without one has none. */
  to?: string;
  /** What is good, waits, or is wrong. */
  tone?: 'green' | 'amber' | 'red' | 'grey';
  /** In the state's place, for what has a look of its own. */
  mark?: ReactNode;
  name: string;
  /** The facts that matter, most first. */
  facts: ReactNode;
  /** What can be done with it without opening it. */
  action?: ReactNode;
  /** A line under it. */
  after?: ReactNode;
  /** What its place in the list says of it, in front of it: the handle by which it is dragged. */
  handle?: ReactNode;
  item?: ComponentProps<'li'>;
}

/** One thing of a list: its state first, its name, and the facts that matter. */
export function Row({ to, tone, mark, name, facts, action, after, handle, item }: RowProps) {
  const body = (
    <>
      {mark}
      {tone && <span className={classes.dot} data-tone={tone} aria-hidden="true" />}
      <span className={classes.text}>
        <Truncated text={name} className={classes.name} />
        <span className={classes.facts}>{facts}</span>
      </span>
    </>
  );
  return (
    <li className={classes.item} {...item}>
      {handle}
      {to ? (
        <Link to={to} className={classes.row}>
          {body}
          <IconChevronRight size={16} className={classes.chevron} aria-hidden="true" />
        </Link>
      ) : (
        <div className={classes.row}>{body}</div>
      )}
      {action}
      {after && <span className={classes.after}>{after}</span>}
    </li>
  );
}
