import { Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { PlainCall } from '../../features/calls/call/PlainCall';
import { Dock } from '../../features/calls/Dock';
import { PlainRings } from '../../features/calls/ring/PlainRing';
import { Boundary } from '../../shared/ui/Boundary';
import { Failure } from '../../shared/ui/Failure';
import { part } from '../../shared/ui/part';
import { useRegionCycling } from '../../shared/ui/regions';
import { Banner } from './Banner';
import { Rail } from './Rail';
import classes from './Shell.module.css';

const Notices = part(() => import('../../features/notices/Notices'));

const screenId = 'screen';

/** What surrounds every screen. A part that breaks is tried again on the next screen, the dock's parts with the next call. */
export function Shell({ children }: { children: ReactNode }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  useRegionCycling();
  return (
    <div className={classes.shell}>
      <a className={classes.skip} href={`#${screenId}`}>
        {t('desk.skip')}
      </a>
      <Boundary resetKey={pathname} fallback={() => <nav />}>
        <Rail />
      </Boundary>
      <Boundary
        fallback={() => (
          <>
            <PlainRings />
            <PlainCall />
          </>
        )}
      >
        <Dock />
      </Boundary>
      <Boundary fallback={() => null}>
        <Suspense>
          <Notices />
        </Suspense>
      </Boundary>
      <div className={classes.main}>
        <Boundary resetKey={pathname} fallback={() => null}>
          <Banner />
        </Boundary>
        <main id={screenId} tabIndex={-1} className={classes.screen}>
          <Boundary resetKey={pathname} fallback={(error, retry) => <Failure error={error} retry={retry} />}>{children}</Boundary>
        </main>
      </div>
    </div>
  );
}
