import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { conversationsQuery } from '../api/queries';
import { ConversationRow } from '../inbox/ConversationRow';
import { Failure } from '../ui/Failure';
import { RowSkeletons } from '../ui/RowSkeletons';
import classes from './ContactConversations.module.css';

/** All conversations of a contact (IN-8). */
export function ContactConversations({ contactId, current }: { contactId: string; current?: string }) {
  const { t } = useTranslation();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    conversationsQuery({ list: 'all', contactId }),
  );
  const conversations = data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section className={classes.section} aria-label={t('contacts.conversations')}>
      <h3 className={classes.title}>{t('contacts.conversations')}</h3>
      {isPending ? (
        <RowSkeletons count={3} />
      ) : !data ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : conversations.length === 0 ? (
        <p className={classes.none}>{t('contacts.noConversations')}</p>
      ) : (
        conversations.map((conversation) => (
          <ConversationRow key={conversation.id} conversation={conversation} to={`/inbox/all/${conversation.id}`} selected={conversation.id === current} ofContact />
        ))
      )}
      {hasNextPage && (
        <Button variant="subtle" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('app.more')}
        </Button>
      )}
    </section>
  );
}
