import { Button } from '@mantine/core';
import { IconDoorEnter } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { serverNow } from '../../../shared/format/clock';
import { useDisplay } from '../../../shared/format/useDisplay';
import { currentCall } from '../../../shared/live/calls';
import { useLiveState } from '../../../shared/live/LiveProvider';
import { useMe } from '../../../shared/session/me';
import { Truncated } from '../../../shared/ui/Truncated';
import { leftLast } from '../selectors';
import { useCallActions } from '../useCallActions';
import classes from './Rejoin.module.css';

const offeredMs = 10_000;
const tickMs = 250;

/** For a moment after I left a call that goes on, the way back (CALL-6). `onShown` keeps a double click on Leave from being an answer to it. */
export function Rejoin({ onShown }: { onShown: () => void }) {
  const { agentId } = useMe();
  const { calls } = useLiveState();
  const left = currentCall(calls, agentId) ? undefined : leftLast(calls, agentId);
  return left ? <Offer key={left.at} call={left.call} until={Date.parse(left.at) + offeredMs} onShown={onShown} /> : null;
}

function Offer({ call, until, onShown }: { call: Call; until: number; onShown: () => void }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const { run, running } = useCallActions(call.id);
  const [now, setNow] = useState(serverNow);
  const left = until - now;
  const over = left <= 0;
  useEffect(() => {
    if (over) return;
    const timer = setInterval(() => setNow(serverNow()), tickMs);
    return () => clearInterval(timer);
  }, [over]);
  // eslint-disable-next-line react-hooks/exhaustive-deps -- once, as it comes
  useEffect(() => onShown(), []);
  if (over) return null;
  return (
    <section className={classes.card} aria-label={t('call.youLeft')} role="status" data-testid="rejoin">
      <div className={classes.what}>
        <span>{t('call.youLeft')}</span>
        <Truncated text={display.contactName(call.contact)} className={classes.name} />
      </div>
      <Button variant="default" leftSection={<IconDoorEnter size={17} />} loading={running === 'rejoin'} onClick={() => run('rejoin')}>
        {t('call.rejoin')}
        <span className={`${classes.left} tabular`} aria-hidden="true">
          {Math.ceil(left / 1000)}
        </span>
      </Button>
    </section>
  );
}
