import { useDisclosure } from '@mantine/hooks';
import { Activity, Suspense, useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { currentCall, ringingCalls } from '../../shared/live/calls';
import { useLiveState } from '../../shared/live/LiveProvider';
import { endPractice, usePractising } from '../../shared/phone/practice';
import { useMe } from '../../shared/session/me';
import { useCommands } from '../../shared/shortcuts/ShortcutsProvider';
import { Boundary } from '../../shared/ui/Boundary';
import { later } from '../../shared/ui/later';
import { part } from '../../shared/ui/part';
import { useNarrow } from '../../shared/ui/useNarrow';
import { CallBox } from './call/CallBox';
import { PlainCall } from './call/PlainCall';
import classes from './Dock.module.css';
import { Flyout } from './Flyout';
import { PlainRings } from './ring/PlainRing';
import { Rings } from './ring/Rings';
import { useClickGuard } from './useClickGuard';

const PracticeRing = part(() => import('./ring/PracticeRing').then(({ PracticeRing }) => ({ default: PracticeRing })));
const Dial = later(() => import('./dial/Dial').then(({ Dial }) => Dial));
const CallFailed = later(() => import('./outgoing/CallFailed').then(({ CallFailed }) => CallFailed));
const Rejoin = later(() => import('./rejoin/Rejoin').then(({ Rejoin }) => Rejoin));
const WrapUp = later(() => import('./wrapup/WrapUp').then(({ WrapUp }) => WrapUp));

const gapPx = 16;

/**
 * The one place of what rings, is talked and is being finished, bottom left over the lists: the pointer does not travel, and note field and
 * customer stay free (IN-1, CALL-1, END-5).
 */
export function Dock() {
  const { t } = useTranslation();
  const me = useMe();
  const { calls } = useLiveState();
  const frame = useRef<HTMLDivElement>(null);
  const ringing = ringingCalls(calls, me.agentId);
  const current = currentCall(calls, me.agentId);
  const guard = useClickGuard(frame, current?.id);
  useDockHeight(frame);
  const practising = usePractising();
  const busy = ringing.length > 0 || current !== undefined;
  const free = !busy && !practising;
  // Nothing is tried out over a call.
  useEffect(() => {
    if (busy) endPractice();
  }, [busy, practising]);
  // While something rings, the dial pad's keys are the beginning of the keys that answer.
  const dial = useDial(current?.id);
  useCommands({ dialPad: ringing.length > 0 || practising ? () => undefined : free ? dial.toggle : undefined });
  return (
    <div className={classes.dock} ref={frame} onClickCapture={guard.swallow} data-testid="dock" data-ringing={ringing.length > 0 || undefined}>
      <Boundary fallback={() => <PlainRings />}>
        <Rings onAnswer={guard.arm} />
      </Boundary>
      {practising && !busy && (
        <Boundary fallback={() => null}>
          <Suspense>
            <PracticeRing />
          </Suspense>
        </Boundary>
      )}
      <Boundary resetKey={current?.id} fallback={() => <PlainCall />}>
        <CallBox ringing={ringing.length > 0} />
      </Boundary>
      <Boundary fallback={() => null}>
        <CallFailed />
      </Boundary>
      <Boundary fallback={() => null}>
        <Rejoin onShown={guard.arm} />
      </Boundary>
      <Boundary resetKey={me.wrapUpUntil} fallback={() => null}>
        <WrapUp />
      </Boundary>
      {dial.opened && !current && (
        <Activity mode={free ? 'visible' : 'hidden'}>
          <Boundary fallback={() => null}>
            <Flyout title={t('dial.title')} onClose={dial.close}>
              <Dial key={dial.start} start={dial.start} onPlaced={dial.placed} />
            </Flyout>
          </Boundary>
        </Activity>
      )}
    </div>
  );
}

/**
 * The dial beside the dock: opened by its keys or by its address, and closed by the call that I am in; what is typed outlasts a ring that another
 * takes. On a phone it is a page.
 */
function useDial(callId: string | undefined) {
  const narrow = useNarrow();
  const navigate = useNavigate();
  const location = useLocation();
  const start = (location.state as { dial?: string } | null)?.dial;
  const [opened, { open, close: placed }] = useDisclosure(false);
  useEffect(() => {
    if (callId) placed();
  }, [callId, placed]);
  const close = () => {
    placed();
    if (start !== undefined) void navigate({ pathname: location.pathname, search: location.search, hash: location.hash }, { replace: true });
  };
  const shown = opened || start !== undefined;
  return { start, opened: shown, placed, close, toggle: narrow ? () => void navigate('/calls/dial') : shown ? close : open };
}

/**
 * Tells the columns under the dock how much of them it covers: `--dock-height`, so that each of their rows can be scrolled clear of it; and
 * the tray of notices where the dock's upper edge is: `--dock-top`.
 */
function useDockHeight(frame: RefObject<HTMLElement | null>): void {
  const narrow = useNarrow();
  useLayoutEffect(() => {
    const dock = frame.current;
    const root = document.documentElement;
    if (!dock) return;
    const tell = () => {
      const { height, top } = dock.getBoundingClientRect();
      if (!narrow) root.style.setProperty('--dock-height', height > 0 ? `${Math.ceil(height) + gapPx}px` : '0px');
      if (height > 0) root.style.setProperty('--dock-top', `${Math.ceil(window.innerHeight - top)}px`);
      else root.style.removeProperty('--dock-top');
    };
    const observer = new ResizeObserver(tell);
    observer.observe(dock);
    return () => {
      observer.disconnect();
      root.style.removeProperty('--dock-height');
      root.style.removeProperty('--dock-top');
    };
  }, [frame, narrow]);
}
