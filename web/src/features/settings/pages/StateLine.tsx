import type { ReactNode } from 'react';
import classes from './StateLine.module.css';

interface StateLineProps {
  tone?: string;
  state: string;
  children: ReactNode;
}

/** How something stands, and what to do about it. */
export function StateLine({ tone, state, children }: StateLineProps) {
  return (
    <p className={classes.state} data-tone={tone} role="status">
      <strong>{state}</strong> {children}
    </p>
  );
}
