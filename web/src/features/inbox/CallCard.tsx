import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChevronDown } from '@tabler/icons-react';
import { Fragment, Suspense, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call, Note } from '../../shared/api/types';
import { between, clock, spelled } from '../../shared/format/duration';
import { exactTime, timeOfDay } from '../../shared/format/time';
import { useDisplay } from '../../shared/format/useDisplay';
import { answeredBy } from '../../shared/live/calls';
import { isLive } from '../../shared/live/reducer';
import { Timer } from '../../shared/ui/Timer';
import { part } from '../../shared/ui/part';
import classes from './CallCard.module.css';
import { CallIcon } from './CallIcon';
import { CallTrack } from './CallTrack';
import { gapsIn, journalQuery, lengthOf, type Gap } from './journal';
import { RecordingPanel } from './RecordingPanel';

const CallSound = part(() => import('./CallSound').then(({ CallSound }) => ({ default: CallSound })));

interface CallCardProps {
  call: Call;
  /** The conversation's; those written during the call stand in its recording. */
  notes: Note[];
}

/** A call in two sentences: what it was and how it ended; who called whom and how long what took. */
export function CallCard({ call, notes }: CallCardProps) {
  const { t, i18n } = useTranslation();
  const [whole, setWhole] = useState(false);
  const live = isLive(call);
  const missed = call.state === 'missed';
  const { data: entries } = useQuery({ ...journalQuery(call.id, !live), enabled: whole || (!live && call.answeredAt !== undefined) });
  const end = call.endedAt;
  const gaps = useMemo(() => (entries && end ? gapsIn(entries, Date.parse(end)) : []), [entries, end]);
  return (
    <article className={classes.card} data-testid="call-card" data-call={call.id} data-state={call.state}>
      <header className={classes.head}>
        <span className={classes.icon} data-tone={missed ? 'missed' : live ? 'live' : undefined}>
          <CallIcon kind={call.kind} direction={call.direction} missed={missed} live={live} size={18} />
        </span>
        <div className={classes.what}>
          <p className={classes.first}>
            <strong>{missed ? t('callCard.missedCall') : t(`callCard.${call.direction}${call.kind}`)}</strong>
            <Outcome call={call} />
          </p>
          <Facts call={call} gaps={gaps} />
        </div>
        <time className={`${classes.time} tabular`} dateTime={call.startedAt} title={exactTime(call.startedAt, i18n.language)}>
          {timeOfDay(call.startedAt, i18n.language)}
        </time>
        <UnstyledButton className={classes.details} aria-expanded={whole} onClick={() => setWhole(!whole)}>
          {t('callCard.details')} <IconChevronDown size={14} />
        </UnstyledButton>
      </header>
      {call.recording && <RecordingPanel recording={call.recording} gaps={gaps} notes={notes} />}
      {whole && <CallTrack call={call} entries={entries} />}
      {whole && call.answeredAt && (
        <Suspense>
          <CallSound call={call} />
        </Suspense>
      )}
    </article>
  );
}

/** How it went, in words. */
function Outcome({ call }: { call: Call }) {
  const { t, i18n } = useTranslation();
  const parts: string[] = [];
  const answerer = answeredBy(call);
  if (answerer) parts.push(t(call.direction === 'inbound' ? 'callCard.takenBy' : 'callCard.placedBy', { name: answerer.name }));
  const others = [...new Set(call.participants.filter((p) => p.kind === 'agent' && p.joinedAt && p.agentId !== answerer?.agentId).map((p) => p.name))];
  if (others.length > 0) parts.push(t('callCard.with', { names: others.join(', ') }));
  if (isLive(call))
    return (
      <>
        {parts.map((part) => ` · ${part}`)}
        {' · '}
        <span className={classes.going}>
          {t(`callCard.states.${call.state}`)} <Timer since={call.answeredAt ?? call.startedAt} />
        </span>
      </>
    );
  const { missedReason, waitLimitSeconds, outcome, endedBy } = call;
  if (missedReason)
    return <span className={classes.missed}> · {waitLimitSeconds ? t('waitedOver', { limit: spelled(waitLimitSeconds, i18n.language) }) : t(`missed.${missedReason}`)}</span>;
  if (outcome && outcome !== 'answered' && outcome !== 'missed') parts.push(t(`callCard.outcomes.${outcome}`));
  else if (endedBy) parts.push(t(`callCard.endedBy.${endedBy}`));
  return <>{parts.map((part) => ` · ${part}`)}</>;
}

function Facts({ call, gaps }: { call: Call; gaps: readonly Gap[] }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const ours = [call.number.label, display.number(call.number.number || (call.direction === 'inbound' ? call.to : call.from))].filter(Boolean).join(' ');
  const [from, to] = call.direction === 'inbound' ? [display.caller(call), ours] : [ours, display.number(call.to)];
  const waited = call.waitMs ?? between(call.startedAt, call.answeredAt ?? call.endedAt);
  const talked = between(call.answeredAt, call.endedAt);
  const held = lengthOf(gaps, 'hold');
  const paused = lengthOf(gaps, 'pause');
  const parts = [
    call.team?.name,
    waited !== undefined && t(call.direction === 'inbound' ? 'callCard.waited' : 'callCard.rang', { time: clock(waited) }),
    talked !== undefined && t('callCard.talked', { time: clock(talked) }),
    held > 0 && t('callCard.held', { time: clock(held) }),
    paused > 0 && t('callCard.paused', { time: clock(paused) }),
  ].filter(Boolean);
  return (
    <p className={`${classes.facts} tabular`}>
      <span className={classes.number}>{from}</span> → <span className={classes.number}>{to}</span>
      {parts.map((part) => (
        <Fragment key={String(part)}>
          {' · '}
          <span className={classes.number}>{part}</span>
        </Fragment>
      ))}
    </p>
  );
}
