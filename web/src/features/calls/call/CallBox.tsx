import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import type { Call } from '../../../shared/api/types';
import { keep, recall } from '../../../shared/browser/storage';
import { currentCall, myPart } from '../../../shared/live/calls';
import { useLiveState } from '../../../shared/live/LiveProvider';
import { usePhone, usePhoneView } from '../../../shared/phone/PhoneProvider';
import { useMe } from '../../../shared/session/me';
import { useNarrow } from '../../../shared/ui/useNarrow';
import { useQualityMonitor } from '../quality/useQualityMonitor';
import classes from './CallBox.module.css';
import { CallCard } from './CallCard';
import { CallLine } from './CallLine';
import { useCallTitle } from './useCallTitle';

/** The call I am in, docked beside whatever screen is open (CALL-1). While another one rings it is a line. */
export function CallBox({ ringing }: { ringing: boolean }) {
  const me = useMe();
  const { calls } = useLiveState();
  const call = currentCall(calls, me.agentId);
  return call ? <RunningCall key={call.id} call={call} ringing={ringing} /> : null;
}

function RunningCall({ call, ringing }: { call: Call; ringing: boolean }) {
  const { t } = useTranslation();
  const me = useMe();
  const phone = usePhone();
  const session = usePhoneView().sessions[call.id];
  const muted = myPart(call, me.agentId)?.muted ?? false;
  const { collapsed, collapse, expand } = useCollapsed();
  const monitor = useQualityMonitor(call);
  useCallTitle(call, muted);

  // The engine's mute is the truth; the microphone follows it, also after the sound came back.
  useEffect(() => phone.setMuted(call.id, muted), [phone, call.id, muted, session]);

  const small = collapsed || ringing;
  return (
    <section className={classes.box} data-collapsed={small || undefined} aria-label={t('call.region')} data-region data-testid="call-box" data-call={call.id}>
      {small ? <CallLine call={call} onExpand={ringing ? undefined : expand} /> : <CallCard call={call} monitor={monitor} onCollapse={collapse} />}
    </section>
  );
}

/** Whether the call is a line. In the inbox it is not, elsewhere and on a telephone it is, until it is chosen otherwise there. */
function useCollapsed() {
  const { pathname } = useLocation();
  const narrow = useNarrow();
  const place = narrow ? 'narrow' : pathname.startsWith('/inbox') ? 'inbox' : 'elsewhere';
  const key = `ringdesk.dock.${place}`;
  const [chosen, setChosen] = useState<Record<string, boolean>>({});
  // A telephone's sheet covers the screen: it is opened for the moment and not remembered.
  const remembered = narrow ? undefined : recall(key);
  const collapsed = chosen[place] ?? (remembered ? remembered === 'line' : place !== 'inbox');
  const choose = (line: boolean) => {
    setChosen((before) => ({ ...before, [place]: line }));
    if (!narrow) keep(key, line ? 'line' : 'open');
  };
  return { collapsed, collapse: () => choose(true), expand: () => choose(false) };
}
