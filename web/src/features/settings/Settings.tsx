import { TextInput } from '@mantine/core';
import { IconSearch, IconSettings } from '@tabler/icons-react';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, NavLink, useParams } from 'react-router';
import { administers, useMe } from '../../shared/session/me';
import { Boundary } from '../../shared/ui/Boundary';
import { Empty } from '../../shared/ui/Empty';
import { Failure } from '../../shared/ui/Failure';
import { ScreenTitle } from '../../shared/ui/ScreenTitle';
import { useNarrow } from '../../shared/ui/useNarrow';
import { groups, pages } from './pages';
import classes from './Settings.module.css';
import './words';

/** All settings: on the left what there is, on the right one page of it. At phone width each is a page of its own. */
export default function Settings() {
  const { t } = useTranslation();
  const { page: name, id } = useParams();
  const narrow = useNarrow();
  const entry = pages.find((page) => page.name === name);
  const me = useMe();
  // Whoever runs the house begins with that, the others with what is theirs.
  const first = pages.find(({ group }) => group !== 'me' || !administers(me));
  if (!name && !narrow) return <Navigate to={`/settings/${first?.name}`} replace />;
  const Chosen = entry?.page;
  return (
    <div className={classes.settings} data-page={name ? 'page' : 'list'}>
      <Pages alone={!name} />
      <section className={classes.main} aria-label={entry ? t(`settings.pages.${entry.name}`) : undefined} data-region>
        {Chosen ? (
          <Boundary resetKey={`${name} ${id}`} fallback={(error, retry) => <Failure error={error} retry={retry} />}>
            <Suspense>
              <Chosen key={`${name} ${id}`} />
            </Suspense>
          </Boundary>
        ) : (
          name && <Empty icon={IconSettings} title={t('settings.noPage')} />
        )}
      </section>
    </div>
  );
}

/** Without a page beside it the list is the screen, and has its heading. */
function Pages({ alone }: { alone: boolean }) {
  const { t } = useTranslation();
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const found = pages.filter(({ name }) => `${t(`settings.pages.${name}`)} ${t(`settings.find.${name}`)}`.toLowerCase().includes(wanted));
  return (
    <nav className={classes.nav} aria-label={t('settings.title')} data-region>
      {alone ? <ScreenTitle className={classes.title}>{t('settings.title')}</ScreenTitle> : <h2 className={classes.title}>{t('settings.title')}</h2>}
      <TextInput
        type="search"
        className={classes.search}
        aria-label={t('settings.search')}
        placeholder={t('settings.search')}
        leftSection={<IconSearch size={16} />}
        value={search}
        maxLength={100}
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {found.length === 0 && <p className={classes.none}>{t('settings.nothingFound', { q: search.trim() })}</p>}
      {groups
        .map((group) => ({ group, entries: found.filter((page) => page.group === group) }))
        .filter(({ entries }) => entries.length > 0)
        .map(({ group, entries }) => (
          <div key={group} role="group" aria-label={t(`settings.groups.${group}`)}>
            <p className={classes.group} aria-hidden="true">
              {t(`settings.groups.${group}`)}
            </p>
            {entries.map(({ name, icon: Icon }) => (
              <NavLink key={name} to={`/settings/${name}`} className={classes.entry}>
                <Icon size={18} stroke={1.7} />
                {t(`settings.pages.${name}`)}
              </NavLink>
            ))}
          </div>
        ))}
    </nav>
  );
}
