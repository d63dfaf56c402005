import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../api/types';
import { answeredBy } from '../calls/selectors';
import { useDisplay } from '../contacts/useDisplay';
import { between, clock } from '../format/duration';
import { exactTime, timeOfDay } from '../format/time';
import { isLive } from '../live/reducer';
import { CallIcon } from '../ui/CallIcon';
import { Timer } from '../ui/Timer';
import classes from './CallCard.module.css';
import { RecordingPanel } from './RecordingPanel';

export function CallCard({ call }: { call: Call }) {
  const { t, i18n } = useTranslation();
  const live = isLive(call);
  const missed = call.state === 'missed';
  return (
    <article className={classes.card} data-testid="call-card" data-call={call.id} data-state={call.state}>
      <header className={classes.head}>
        <span className={classes.icon} data-tone={missed ? 'missed' : live ? 'live' : undefined}>
          <CallIcon kind={call.kind} direction={call.direction} missed={missed} live={live} size={19} />
        </span>
        <div className={classes.what}>
          <strong>{missed ? t('callCard.missedCall') : t(`callCard.${call.direction}${call.kind}`)}</strong>
          <Outcome call={call} />
        </div>
        <time className={`${classes.time} tabular`} dateTime={call.startedAt} title={exactTime(call.startedAt, i18n.language)}>
          {timeOfDay(call.startedAt, i18n.language)}
        </time>
      </header>
      <Facts call={call} />
      {call.recording && <RecordingPanel recording={call.recording} />}
    </article>
  );
}

/** One line: how it went, in words. */
function Outcome({ call }: { call: Call }) {
  const { t } = useTranslation();
  if (call.missedReason) return <span className={classes.missed}>{t(`missed.${call.missedReason}`)}</span>;
  if (isLive(call))
    return (
      <span className={classes.going}>
        {t(`callCard.states.${call.state}`)} <Timer since={call.answeredAt ?? call.startedAt} />
      </span>
    );
  return <span className={classes.outcome}>{call.endedBy ? t(`callCard.endedBy.${call.endedBy}`) : t(`callCard.states.${call.state}`)}</span>;
}

function Facts({ call }: { call: Call }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const answerer = answeredBy(call);
  const others = call.participants.filter((p) => p.kind === 'agent' && p.joinedAt && p.agentId !== answerer?.agentId);
  const rang = between(call.startedAt, call.answeredAt ?? call.endedAt);
  const talked = between(call.answeredAt, call.endedAt);
  const facts: [string, ReactNode][] = [
    [t('callCard.from'), display.number(call.from)],
    [t('callCard.on'), <NumberDialled key="on" call={call} />],
    [t('callCard.answeredBy'), answerer?.name],
    [t('callCard.others'), [...new Set(others.map((p) => p.name))].join(', ')],
    [t('callCard.waited'), rang === undefined ? undefined : clock(rang)],
    [t('callCard.talked'), talked === undefined ? undefined : clock(talked)],
  ];
  return (
    <dl className={classes.facts}>
      {facts.map(([label, value]) =>
        value ? (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="tabular">{value}</dd>
          </div>
        ) : null,
      )}
    </dl>
  );
}

/** The label and the number stand side by side or below each other; neither is broken within the number. */
function NumberDialled({ call }: { call: Call }) {
  const display = useDisplay();
  return (
    <span className={classes.number}>
      {call.number.label && <span>{call.number.label}</span>}
      <span>{display.number(call.number.number || call.to)}</span>
    </span>
  );
}
