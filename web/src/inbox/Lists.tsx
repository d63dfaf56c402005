import { useInfiniteQuery } from '@tanstack/react-query';
import { IconArchive, IconInbox, IconMessageCircle, IconPhoneX, IconUser, IconUserQuestion, type TablerIcon } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { conversationsQuery, lists, type ListName } from '../api/queries';
import classes from './Lists.module.css';

const icons: Record<ListName, TablerIcon> = {
  all: IconInbox,
  mine: IconUser,
  unassigned: IconUserQuestion,
  open: IconMessageCircle,
  missed: IconPhoneX,
  closed: IconArchive,
};

// Lists that wait for somebody's work; the others only grow, so their size says nothing.
const counted: readonly ListName[] = ['mine', 'unassigned', 'open', 'missed'];

export function Lists({ current }: { current: ListName }) {
  const { t } = useTranslation();
  return (
    <nav className={classes.lists} aria-label={t('inbox.lists')}>
      <h1 className={classes.title}>{t('app.inbox')}</h1>
      <div className={classes.items}>
        {lists.map((list) => {
          const Icon = icons[list];
          return (
            <Link key={list} to={`/inbox/${list}`} className={classes.item} aria-current={list === current ? 'page' : undefined}>
              <Icon size={17} stroke={1.7} />
              <span className={classes.label}>{t(`inbox.${list}`)}</span>
              {counted.includes(list) && <Count list={list} />}
            </Link>
          );
        })}
      </div>
    </nav>
  );
}

/** How many conversations the list's first page holds, "50+" when more follow; live like the list itself. */
function Count({ list }: { list: ListName }) {
  const { data } = useInfiniteQuery(conversationsQuery({ list }));
  const items = data?.pages.flatMap((page) => page.items) ?? [];
  if (items.length === 0) return null;
  return (
    <span className={`${classes.count} tabular`} data-list={list}>
      {items.length}
      {data?.pages.at(-1)?.next ? '+' : ''}
    </span>
  );
}
