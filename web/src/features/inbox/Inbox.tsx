import { useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { useParams } from 'react-router';
import type { Contact } from '../../shared/api/types';
import { later } from '../../shared/ui/later';
import { ScreenTitle } from '../../shared/ui/ScreenTitle';
import { ConversationList } from './ConversationList';
import classes from './Inbox.module.css';
import { Lists, useListTitle } from './Lists';
import { countOf, listOf } from './listNames';
import { countsQuery } from './queries';
import { NothingChosen } from './NothingChosen';
import { WantedContext, type Wanted } from './wanted';

const ConversationPane = later(() => import('./ConversationPane').then(({ ConversationPane }) => ConversationPane));

interface InboxProps {
  /** How a contact is shown beside a conversation. */
  contactCard: (contact: Contact) => ReactNode;
  /** What a workspace shows that had no call yet. */
  firstRun: ReactNode;
}

export function Inbox({ contactCard, firstRun }: InboxProps) {
  const { list: name, conversationId } = useParams();
  const list = listOf(name);
  const title = useListTitle();
  const { data: counts } = useQuery(countsQuery);
  const [wanted, want] = useState<Wanted>();
  const wishes = useMemo(() => ({ wanted, want }), [wanted]);
  return (
    <WantedContext value={wishes}>
      <ScreenTitle count={list === 'all' || list === 'closed' ? undefined : countOf(counts, list)}>{title(list)}</ScreenTitle>
      <div className={classes.inbox} data-page={conversationId ? 'conversation' : 'list'}>
        <Lists current={list} />
        <ConversationList list={list} selected={conversationId} firstRun={firstRun} />
        <div className={classes.chosen}>
          {conversationId ? (
            <ConversationPane key={conversationId} id={conversationId} list={list} contactCard={contactCard} />
          ) : (
            <NothingChosen firstRun={firstRun} />
          )}
        </div>
      </div>
    </WantedContext>
  );
}
