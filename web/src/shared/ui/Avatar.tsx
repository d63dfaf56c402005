import { IconUser } from '@tabler/icons-react';
import { hueOf, initials } from '../format/name';
import classes from './Avatar.module.css';

export function Avatar({ name, size = 32 }: { name: string; size?: number }) {
  return (
    <span
      className={classes.avatar}
      data-unnamed={name === '' || undefined}
      style={{ '--size': `${size}px`, '--hue': hueOf(name) } as React.CSSProperties}
      aria-hidden="true"
    >
      {name ? initials(name) : <IconUser size={size * 0.55} stroke={1.6} />}
    </span>
  );
}
