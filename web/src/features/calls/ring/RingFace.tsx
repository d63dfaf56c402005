import { Button } from '@mantine/core';
import { IconPhone, IconVolumeOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { carrierName } from '../../../shared/format/caller';
import { clock } from '../../../shared/format/duration';
import { useDisplay } from '../../../shared/format/useDisplay';
import { myPart } from '../../../shared/live/calls';
import { useMe } from '../../../shared/session/me';
import { Keys, useKeys } from '../../../shared/shortcuts/Keys';
import { useCommands } from '../../../shared/shortcuts/ShortcutsProvider';
import { Avatar } from '../../../shared/ui/Avatar';
import { Timer } from '../../../shared/ui/Timer';
import { Truncated } from '../../../shared/ui/Truncated';
import { ringProfile, waitedBefore } from '../selectors';
import classes from './Ring.module.css';
import { RingBar } from './RingBar';
import type { Answering } from './useAnswer';

// A shorter wait is no wait: it is the way from the carrier to the first ring.
const waitWorthTellingMs = 3000;

interface RingFaceProps {
  call: Call;
  blocked: boolean;
  ring: Answering;
  /** Why it rings at me. */
  why?: ReactNode;
  children?: ReactNode;
}

/** The ring box: who calls, what is known of them before answering, and how to answer (IN-1). */
export function RingFace({ call, blocked, ring, why, children }: RingFaceProps) {
  const { t } = useTranslation();
  const me = useMe();
  const display = useDisplay();
  const { answer, decline, declining, connecting, obstacle, allowMicrophone } = ring;
  const keys = useKeys();
  useCommands({ answer });

  const name = display.contactName(call.contact);
  const number = display.customerNumber(call);
  const says = carrierName({ name: call.contact.name, callerName: call.callerName });
  const waited = waitedBefore(call, me.agentId);
  return (
    <section className={classes.card} aria-label={t('ring.region')} data-region data-testid="ring-box" data-call={call.id}>
      <div className={classes.top}>
        <span className={classes.pulse}>
          <Avatar name={call.contact.name} size={44} />
        </span>
        <div className={classes.who}>
          <span className={classes.name} title={name}>
            {name}
          </span>
          <span className={`${classes.number} tabular`}>{name === number ? t('ring.lead') : number}</span>
          {says && <Truncated text={t('app.carrierSays', { name: says })} className={classes.number} />}
        </div>
        <Timer since={myPart(call, me.agentId)?.ringingAt ?? call.startedAt} className={classes.timer} />
      </div>
      {why}
      <p className={classes.dialled}>
        <Truncated text={call.number.label || t('ring.number')} className={classes.label} />
        <span className="tabular">{display.number(call.number.number || call.to)}</span>
        {waited >= waitWorthTellingMs && <span className={`${classes.waited} tabular`}>{t('ring.waited', { time: clock(waited) })}</span>}
      </p>
      <Profile call={call} />
      {blocked && (
        <p className={classes.warning}>
          <IconVolumeOff size={16} /> {t('ring.soundBlocked')}
        </p>
      )}
      {allowMicrophone && (
        <Button variant="light" size="compact-sm" onClick={allowMicrophone}>
          {t('phone.allowMicrophone')}
        </Button>
      )}
      <div className={classes.actions}>
        <Button color="red" variant="light" size="md" loading={declining} onClick={decline}>
          {t('ring.decline')}
        </Button>
        <Button
          className={classes.answer}
          size="md"
          leftSection={obstacle ? undefined : <IconPhone size={18} />}
          rightSection={obstacle ? undefined : <Keys of="answer" />}
          disabled={obstacle !== undefined}
          loading={connecting}
          aria-keyshortcuts={keys.attribute('answer')}
          onClick={answer}
        >
          {obstacle ?? t('ring.answer')}
        </Button>
      </div>
      <footer className={classes.foot}>
        {children}
      </footer>
      <RingBar call={call} />
    </section>
  );
}

function Profile({ call }: { call: Call }) {
  const fields = ringProfile(call);
  if (fields.length === 0) return null;
  return (
    <dl className={classes.profile}>
      {fields.map((field) => (
        <div key={field.key}>
          <dt className="truncate">{field.label}</dt>
          <dd>
            <Truncated text={field.value} style={{ display: 'block' }} />
          </dd>
        </div>
      ))}
    </dl>
  );
}
