import { UnstyledButton } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TimelineEvent } from '../../shared/api/types';
import { exactTime, moment, timeOfDay } from '../../shared/format/time';
import classes from './Events.module.css';

// So many one after another are shown; of more, the first and the last, and the rest at a click.
const most = 3;

/** What was done to the conversation and in its calls, one grey line each (INBOX-4). */
export function Events({ events }: { events: readonly TimelineEvent[] }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const sentence = useEventSentence();
  const told = events.flatMap((event) => {
    const words = sentence(event);
    return words ? [{ event, words }] : [];
  });
  if (told.length === 0) return null;
  const folded = !open && told.length > most;
  const shown = folded ? [...told.slice(0, 1), ...told.slice(-1)] : told;
  return (
    <ul className={classes.events} aria-label={t('event.title')}>
      {shown.map(({ event, words }, index) => (
        <li key={event.id}>
          {folded && index === 1 && (
            <UnstyledButton className={classes.more} onClick={() => setOpen(true)}>
              {t('event.more', { count: told.length - 2 })}
            </UnstyledButton>
          )}
          <Line event={event} words={words} />
        </li>
      ))}
    </ul>
  );
}

function Line({ event, words }: { event: TimelineEvent; words: string }) {
  const { i18n } = useTranslation();
  return (
    <p className={classes.line} data-event={event.type}>
      <span>{words}</span>
      <time className="tabular" dateTime={event.at} title={exactTime(event.at, i18n.language)}>
        {timeOfDay(event.at, i18n.language)}
      </time>
    </p>
  );
}

/** A sentence for each kind of event; kinds of later versions are passed over. */
function useEventSentence(): (event: TimelineEvent) => string | undefined {
  const { t, i18n } = useTranslation();
  return ({ type, by, agent, team, tags, until }) => {
    const who = by?.name ?? t('event.somebody');
    const whom = agent?.name ?? '';
    switch (type) {
      case 'assigned':
        return agent ? (agent.id === by?.id ? t('event.took', { who }) : t('event.assigned', { who, whom })) : t('event.unassigned', { who });
      case 'teamed':
        return team ? t('event.teamed', { who, team: team.name }) : t('event.unteamed', { who });
      case 'tagged':
        return [
          tags && tags.added.length > 0 && t('event.tagged', { who, tags: tags.added.join(', ') }),
          tags && tags.removed.length > 0 && t('event.untagged', { who, tags: tags.removed.join(', ') }),
        ]
          .filter(Boolean)
          .join(' · ');
      case 'snoozed':
        return until ? t('event.snoozedUntil', { who, time: moment(new Date(until), i18n.language) }) : t('event.snoozed', { who });
      case 'transferred':
        return t('event.transferred', { who, to: team?.name ?? whom });
      case 'returned':
      case 'opened':
      case 'closed':
      case 'added':
      case 'invited':
      case 'held':
      case 'released':
      case 'recordingPaused':
      case 'recordingResumed':
      case 'helpAsked':
      case 'warned':
      case 'turnedAway':
        return t(`event.${type}`, { who: by?.name ?? (whom || t('event.somebody')), whom });
      case 'declined':
      case 'joined':
      case 'left':
        return t(`event.${type}`, { who: whom || who });
      default:
        return undefined;
    }
  };
}
