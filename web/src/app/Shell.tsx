import type { ReactNode } from 'react';
import { CallBox } from '../calls/CallBox';
import { Banner } from './Banner';
import { Rail } from './Rail';
import { ScreenBoundary } from './ScreenBoundary';
import classes from './Shell.module.css';

export function Shell({ children }: { children: ReactNode }) {
  return (
    <div className={classes.shell}>
      <Rail />
      <CallBox />
      <div className={classes.main}>
        <Banner />
        <div className={classes.screen}>
          <ScreenBoundary>{children}</ScreenBoundary>
        </div>
      </div>
    </div>
  );
}
