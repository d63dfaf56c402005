import { Button } from '@mantine/core';
import classes from './TrayLine.module.css';

interface TrayLineProps {
  text: string;
  action: string;
  onAction: () => void;
}

/** What a notice in the tray says, and the one thing to do about it. */
export function TrayLine({ text, action, onAction }: TrayLineProps) {
  return (
    <span className={classes.line}>
      <span className={classes.text}>{text}</span>
      <Button size="compact-sm" variant="light" className={classes.action} onClick={onAction}>
        {action}
      </Button>
    </span>
  );
}
