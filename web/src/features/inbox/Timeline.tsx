import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation, Note } from '../../shared/api/types';
import { daysAgo, exactTime, longDate, timeOfDay } from '../../shared/format/time';
import { Avatar } from '../../shared/ui/Avatar';
import { useMinute } from '../../shared/ui/useMinute';
import { CallCard } from './CallCard';
import { Events } from './Events';
import { withMentions } from './mentions';
import { eventsQuery } from './queries';
import { byDay } from './timeline';
import classes from './Timeline.module.css';

export function Timeline({ conversation }: { conversation: Conversation }) {
  const { t, i18n } = useTranslation();
  const now = useMinute();
  const end = useRef<HTMLDivElement>(null);
  const { data: events } = useQuery(eventsQuery(conversation.id));
  const count = conversation.calls.length + conversation.notes.length;
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' });
  }, [count]);

  const dayName = (iso: string) => {
    const days = daysAgo(Date.parse(iso), now);
    return days === 0 ? t('conversation.today') : days === 1 ? t('conversation.yesterday') : longDate(iso, i18n.language);
  };
  return (
    <div className={classes.timeline}>
      <div className={classes.column}>
        {byDay(conversation.calls, conversation.notes, events).map((day) => (
          <div key={day.at} className={classes.day}>
            <p className={classes.date}>
              <span>{dayName(day.at)}</span>
            </p>
            {day.items.map((item) =>
              item.call ? (
                <CallCard key={item.call.id} call={item.call} notes={conversation.notes} />
              ) : item.note ? (
                <NoteItem key={item.note.id} note={item.note} />
              ) : (
                <Events key={item.events[0]?.id} events={item.events} />
              ),
            )}
          </div>
        ))}
        <div ref={end} />
      </div>
    </div>
  );
}

function NoteItem({ note }: { note: Note }) {
  const { i18n } = useTranslation();
  return (
    <article className={classes.note} data-note={note.id}>
      <Avatar name={note.author.name} size={28} />
      <div className={classes.body}>
        <p className={classes.author}>
          <strong className="truncate">{note.author.name}</strong>
          <time dateTime={note.createdAt} title={exactTime(note.createdAt, i18n.language)}>
            {timeOfDay(note.createdAt, i18n.language)}
          </time>
        </p>
        <p className={classes.words}>
          {withMentions(note.text, note.mentions).map((part, index) => (part.mention ? <mark key={index}>{part.text}</mark> : part.text))}
        </p>
      </div>
    </article>
  );
}
