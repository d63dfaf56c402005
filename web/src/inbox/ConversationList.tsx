import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { IconArchive, IconInbox, IconMoodSmile, IconPhoneCheck, type TablerIcon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { conversationsQuery, type ListName } from '../api/queries';
import { Empty } from '../ui/Empty';
import { Failure } from '../ui/Failure';
import { useNarrow } from '../ui/useNarrow';
import { RowSkeletons } from '../ui/RowSkeletons';
import classes from './ConversationList.module.css';
import { ConversationRow } from './ConversationRow';
import { FirstRun } from './FirstRun';

export function ConversationList({ list, selected }: { list: ListName; selected: string | undefined }) {
  const { t } = useTranslation();
  return (
    <section className={classes.list} aria-label={t('inbox.conversations')}>
      <h2 className={classes.title}>{t(`inbox.${list}`)}</h2>
      <div className={classes.scroll}>
        <Rows list={list} selected={selected} />
      </div>
    </section>
  );
}

function Rows({ list, selected }: { list: ListName; selected: string | undefined }) {
  const { t } = useTranslation();
  // Where no conversation's pane is beside the list, the first steps stand in the list itself.
  const narrow = useNarrow();
  const { data, error, isPending, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(conversationsQuery({ list }));
  if (isPending) return <RowSkeletons count={8} />;
  if (!data) return <Failure error={error} retry={() => void refetch()} />;
  const conversations = data.pages.flatMap((page) => page.items);
  if (conversations.length === 0)
    return list === 'all' && narrow ? <FirstRun /> : <EmptyList list={list} />;
  return (
    <>
      <ul className={classes.rows}>
        {conversations.map((conversation) => (
          <li key={conversation.id}>
            <ConversationRow conversation={conversation} to={`/inbox/${list}/${conversation.id}`} selected={conversation.id === selected} />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button variant="subtle" fullWidth loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('app.more')}
        </Button>
      )}
    </>
  );
}

const emptyIcons: Record<ListName, TablerIcon> = {
  all: IconInbox,
  mine: IconMoodSmile,
  unassigned: IconMoodSmile,
  open: IconInbox,
  missed: IconPhoneCheck,
  closed: IconArchive,
};

function EmptyList({ list }: { list: ListName }) {
  const { t } = useTranslation();
  return <Empty icon={emptyIcons[list]} title={t(`inbox.empty.${list}`)} text={t('inbox.emptyHint')} />;
}

