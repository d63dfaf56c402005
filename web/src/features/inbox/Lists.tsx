import { Menu, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { countOf, icons, lists, wordsOf, type ListName } from './listNames';
import classes from './Lists.module.css';
import { countsQuery, mostCounted, teamsQuery } from './queries';

// Lists that wait for somebody's work; the others only grow, so their size says nothing.
const counted: readonly ListName[] = ['waiting', 'mine', 'unassigned', 'mentions', 'missed', 'snoozed'];
const isCounted = (list: ListName) => counted.includes(list) || wordsOf(list) === 'ofTeam';

/** A list's name in words; a team's is the team's. */
export function useListTitle(): (list: ListName) => string {
  const { t } = useTranslation();
  const { data: teams = [] } = useQuery(teamsQuery);
  return (list) => {
    const words = wordsOf(list);
    return words === 'ofTeam' ? (teams.find(({ id }) => list === `team-${id}`)?.name ?? t('inbox.ofTeam')) : t(`inbox.${words}`);
  };
}

export function Lists({ current }: { current: ListName }) {
  const { t } = useTranslation();
  const { data: teams = [] } = useQuery(teamsQuery);
  return (
    <nav className={classes.lists} aria-label={t('inbox.lists')} data-region>
      <p className={classes.title}>{t('app.inbox')}</p>
      <div className={classes.items}>
        {lists.map((list) => (
          <Item key={list} list={list} current={list === current} />
        ))}
        {teams.length > 0 && <h2 className={classes.section}>{t('inbox.teams')}</h2>}
        {teams.map(({ id }) => (
          <Item key={id} list={`team-${id}`} current={current === `team-${id}`} />
        ))}
      </div>
    </nav>
  );
}

function Item({ list, current }: { list: ListName; current: boolean }) {
  const title = useListTitle();
  const Icon = icons[wordsOf(list)];
  return (
    <Link to={`/inbox/${list}`} className={classes.item} aria-current={current ? 'page' : undefined}>
      <Icon size={17} stroke={1.7} />
      <span className={`${classes.label} truncate`} title={title(list)}>
        {title(list)}
      </span>
      {isCounted(list) && <Count list={list} />}
    </Link>
  );
}

/** How many stand in a list, exact as far as the server counts. */
export function Count({ list }: { list: ListName }) {
  const { data: counts } = useQuery(countsQuery);
  const count = countOf(counts, list);
  if (count === 0) return null;
  return (
    <span className={`${classes.count} tabular`} data-list={wordsOf(list)}>
      {count < mostCounted ? count : `${mostCounted - 1}+`}
    </span>
  );
}

/** The lists in one button, where there is no room for a column of them. */
export function ListsMenu({ current }: { current: ListName }) {
  const { t } = useTranslation();
  const title = useListTitle();
  const { data: teams = [] } = useQuery(teamsQuery);
  return (
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <UnstyledButton className={classes.select} aria-label={t('inbox.chooseList', { list: title(current) })}>
          <span className="truncate">{title(current)}</span> <Count list={current} /> <IconChevronDown size={16} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        {[...lists, ...teams.map(({ id }): ListName => `team-${id}`)].map((list) => {
          const Icon = icons[wordsOf(list)];
          return (
            <Menu.Item key={list} component={Link} to={`/inbox/${list}`} leftSection={<Icon size={17} stroke={1.7} />} rightSection={isCounted(list) && <Count list={list} />} data-current={list === current || undefined}>
              {title(list)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}
