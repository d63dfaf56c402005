import { ActionIcon, Skeleton } from '@mantine/core';
import { IconArrowLeft, IconLock } from '@tabler/icons-react';
import type { FormEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ApiError } from '../../shared/api/problem';
import { administers, useMe } from '../../shared/session/me';
import { Empty } from '../../shared/ui/Empty';
import { Failure } from '../../shared/ui/Failure';
import { ScreenTitle } from '../../shared/ui/ScreenTitle';
import classes from './Page.module.css';

interface PageProps {
  title: string;
  lead?: ReactNode;
  /** The list that this is one of; without it the way back leads to all settings, where they are a page of their own. */
  up?: { to: string; label: string };
  action?: ReactNode;
  /** What the form does when it is sent; without it the page is none. */
  onSubmit?: () => void;
  /** Whoever is signed in may change what stands here. */
  mine?: boolean;
  children: ReactNode;
}

/** One page of the settings: a column of what belongs together. Who may not change it reads it, and learns whom to ask. */
export function Page({ title, lead, up, action, onSubmit, mine, children }: PageProps) {
  const { t } = useTranslation();
  const readOnly = !administers(useMe()) && !mine;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit?.();
  };
  const body = (
    <fieldset className={classes.fields} disabled={readOnly}>
      {children}
    </fieldset>
  );
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <ActionIcon className={up ? classes.up : classes.back} component={Link} to={up?.to ?? '/settings'} aria-label={up?.label ?? t('settings.title')}>
          <IconArrowLeft size={20} />
        </ActionIcon>
        <ScreenTitle className={classes.title}>{title}</ScreenTitle>
        {!readOnly && action}
      </header>
      {lead && <p className={classes.lead}>{lead}</p>}
      {readOnly && (
        <p className={classes.locked} role="note">
          <IconLock size={16} /> {t('settings.readOnly')}
        </p>
      )}
      {onSubmit ? (
        <form onSubmit={submit} noValidate>
          {body}
        </form>
      ) : (
        body
      )}
    </div>
  );
}

interface LoadedProps<T> {
  query: { data: T | undefined; error: Error | null; refetch: () => unknown };
  title: string;
  children: (data: T) => ReactNode;
}

/** A page's content once it is there; what was there stays while it is fetched again. */
export function Loaded<T>({ query, title, children }: LoadedProps<T>) {
  const { t } = useTranslation();
  if (query.data !== undefined) return children(query.data);
  if (!query.error)
    return (
      <div className={classes.page} aria-busy="true">
        <header className={classes.head}>
          <ScreenTitle className={classes.title}>{title}</ScreenTitle>
        </header>
        {[0, 1, 2, 3, 4].map((line) => (
          <Skeleton key={line} height={44} mt={12} className={classes.skeleton} />
        ))}
      </div>
    );
  if (query.error instanceof ApiError && query.error.code === 'forbidden')
    return (
      <div className={classes.page}>
        <header className={classes.head}>
          <ScreenTitle className={classes.title}>{title}</ScreenTitle>
        </header>
        <Empty icon={IconLock} title={t('settings.hidden')} text={t('settings.hiddenHint')} />
      </div>
    );
  return <Failure error={query.error} retry={() => void query.refetch()} />;
}

/** A titled part of a page. */
export function Section({ title, text, action, children }: { title: string; text?: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section className={classes.section} aria-label={title}>
      <div className={classes.sectionHead}>
        <h2 className={classes.sectionTitle}>{title}</h2>
        {action}
      </div>
      {text && <p className={classes.sectionText}>{text}</p>}
      {children}
    </section>
  );
}
