import { useTranslation } from 'react-i18next';
import type { Call, JournalEntry } from '../../shared/api/types';
import { clock } from '../../shared/format/duration';
import { exactTime } from '../../shared/format/time';
import { useDisplay } from '../../shared/format/useDisplay';
import classes from './CallTrack.module.css';
import { lanesOf, stepsOf, type Lane } from './track';

interface CallTrackProps {
  call: Call;
  /** Absent while they are being fetched. */
  entries: JournalEntry[] | undefined;
}

/** The whole call from the first ring to its end, one lane for each who took part. */
export function CallTrack({ call, entries }: CallTrackProps) {
  const { t, i18n } = useTranslation();
  const display = useDisplay();
  if (!entries) return null;
  const lanes = lanesOf(call);
  const begin = Date.parse(call.startedAt);
  const nameOf = (lane: Lane) => lane.name || display.customerNumber(call);
  const agentName = (id: unknown) => lanes.find((lane) => lane.agentId === id)?.name ?? '';
  return (
    <ol className={classes.track} aria-label={t('callCard.track')} style={{ '--lanes': lanes.length } as React.CSSProperties}>
      <li className={classes.names} aria-hidden="true">
        <span />
        <span className={classes.lanes}>
          {lanes.map((lane) => (
            <i key={lane.id} className={classes.key} style={{ '--colour': lane.colour } as React.CSSProperties} title={nameOf(lane)} />
          ))}
        </span>
        <span className={classes.legend}>
          {lanes.map((lane) => (
            <span key={lane.id} className="truncate" style={{ '--colour': lane.colour } as React.CSSProperties}>
              {nameOf(lane)}
            </span>
          ))}
        </span>
      </li>
      {stepsOf(entries, lanes).map((step) => (
        <li key={step.seq}>
          <time className="tabular" dateTime={step.at} title={exactTime(step.at, i18n.language)}>
            {clock(Date.parse(step.at) - begin)}
          </time>
          <span className={classes.lanes} aria-hidden="true">
            {lanes.map((lane) => (
              <i key={lane.id} className={classes.lane} data-on={step.on.has(lane.id) || undefined} data-dot={step.lane === lane.id || undefined} style={{ '--colour': lane.colour } as React.CSSProperties} />
            ))}
          </span>
          <span>{t(`track.${step.word}`, { name: step.name || agentName(step.agentId), team: step.team })}</span>
        </li>
      ))}
    </ol>
  );
}
