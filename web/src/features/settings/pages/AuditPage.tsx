import { Button, Select, TextInput } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconHistory } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { paging } from '../../../shared/api/pages';
import { exactTime } from '../../../shared/format/time';
import { Empty } from '../../../shared/ui/Empty';
import { Failure } from '../../../shared/ui/Failure';
import { Loaded, Page } from '../Page';
import { agentsQuery, type AuditEntry } from '../queries';
import { en } from '../words.en';
import classes from './AuditPage.module.css';

type Kind = AuditEntry['kind'];
type Action = AuditEntry['action'];

const words = en.settings.audit;
const kinds = Object.keys(words.kinds) as (keyof typeof words.kinds)[];
const actions = Object.keys(words.actions) as (keyof typeof words.actions)[];

/** A newer server may have more words than this page. */
const known = <K extends string>(of: Readonly<Record<K, string>>, word: string): word is K => Object.hasOwn(of, word);
const names = ['kind', 'action', 'by', 'from', 'to'] as const;

const dayMs = 86_400_000;
const startOf = (day: string): number => new Date(`${day}T00:00`).getTime();

/** Who has changed or exported what; the filters stand in the address (SEC-6). */
export default function AuditPage() {
  const { t } = useTranslation();
  const [params, setParams] = useSearchParams();
  const filters = Object.fromEntries(names.map((name) => [name, params.get(name) ?? ''])) as Record<(typeof names)[number], string>;
  const set = (name: (typeof names)[number], value: string | null) =>
    setParams(
      (before) => {
        if (value) before.set(name, value);
        else before.delete(name);
        return before;
      },
      { replace: true },
    );
  const filtered = names.some((name) => filters[name]);
  const query = useInfiniteQuery({
    queryKey: ['settings', 'audit', filters] as const,
    queryFn: ({ pageParam: cursor }) =>
      result(
        client.GET('/audit', {
          params: {
            query: {
              ...(cursor && { cursor }),
              ...(filters.kind && { kind: filters.kind as Kind }),
              ...(filters.action && { action: filters.action as Action }),
              ...(filters.by && { by: filters.by }),
              ...(filters.from && { from: new Date(startOf(filters.from)).toISOString() }),
              ...(filters.to && { to: new Date(startOf(filters.to) + dayMs).toISOString() }),
            },
          },
        }),
      ),
    ...paging,
    placeholderData: keepPreviousData,
  });
  return (
    <Loaded query={query} title={t('settings.pages.audit')}>
      {() => {
        const entries = query.data?.pages.flatMap(({ items }) => items) ?? [];
        return (
          <Page title={t('settings.pages.audit')} lead={t('settings.audit.lead')}>
            <Filters filters={filters} set={set} clear={filtered ? () => setParams({}, { replace: true }) : undefined} />
            {entries.length === 0 ? <Empty icon={IconHistory} title={t(filtered ? 'settings.audit.nothing' : 'settings.audit.none')} /> : <Entries entries={entries} />}
            {query.isFetchNextPageError && <Failure error={query.error} retry={() => void query.fetchNextPage()} />}
            {query.hasNextPage && (
              <div className={classes.more}>
                <Button variant="default" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
                  {t('settings.audit.more')}
                </Button>
              </div>
            )}
          </Page>
        );
      }}
    </Loaded>
  );
}

interface FiltersProps {
  filters: Record<(typeof names)[number], string>;
  set: (name: (typeof names)[number], value: string | null) => void;
  clear?: (() => void) | undefined;
}

function Filters({ filters, set, clear }: FiltersProps) {
  const { t } = useTranslation();
  const agents = useQuery(agentsQuery).data?.items ?? [];
  const any = t('settings.audit.any');
  return (
    <div className={classes.filters} role="search" aria-label={t('settings.audit.filters')}>
      <Select size="xs" label={t('settings.audit.kind')} placeholder={any} clearable searchable nothingFoundMessage={t('settings.nothing')} data={kinds.map((value) => ({ value, label: t(`settings.audit.kinds.${value}`) }))} value={filters.kind || null} onChange={(value) => set('kind', value)} />
      <Select size="xs" label={t('settings.audit.action')} placeholder={any} clearable searchable nothingFoundMessage={t('settings.nothing')} data={actions.map((value) => ({ value, label: t(`settings.audit.actions.${value}`) }))} value={filters.action || null} onChange={(value) => set('action', value)} />
      <Select size="xs" label={t('settings.audit.by')} placeholder={any} clearable searchable nothingFoundMessage={t('settings.nobodyFound')} data={agents.map(({ id, name }) => ({ value: id, label: name }))} value={filters.by || null} onChange={(value) => set('by', value)} />
      <TextInput size="xs" type="date" label={t('settings.audit.from')} value={filters.from} onChange={(event) => set('from', event.currentTarget.value)} />
      <TextInput size="xs" type="date" label={t('settings.audit.to')} value={filters.to} onChange={(event) => set('to', event.currentTarget.value)} />
      {clear && (
        <Button size="xs" variant="subtle" onClick={clear}>
          {t('settings.audit.clear')}
        </Button>
      )}
    </div>
  );
}

function Entries({ entries }: { entries: readonly AuditEntry[] }) {
  const { t, i18n } = useTranslation();
  const who = useWho();
  const what = useWhat();
  return (
    <table className={classes.table} aria-label={t('settings.audit.entries')}>
      <thead>
        <tr>
          <th scope="col">{t('settings.audit.when')}</th>
          <th scope="col">{t('settings.audit.by')}</th>
          <th scope="col">{t('settings.audit.kind')}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.id}>
            <td className={classes.when}>
              <time dateTime={entry.at}>{exactTime(entry.at, i18n.language)}</time>
            </td>
            <td>
              {who(entry)}
              {entry.address && <div className={classes.sub}>{t('settings.audit.origin', { address: entry.address })}</div>}
            </td>
            <td>
              <span className={classes.did}>{what(entry)}</span>
              <Changes entry={entry} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function useWho() {
  const { t } = useTranslation();
  return ({ by: { kind, name } }: AuditEntry): string => {
    if (kind === 'agent') return name;
    return kind === 'key' ? t('settings.audit.key', { name }) : t(`settings.audit.${kind}`);
  };
}

/** Says what was done to what; words of a newer server stand as they are. */
function useWhat() {
  const { t } = useTranslation();
  return ({ kind, action, name }: AuditEntry): string => {
    const thing = known(words.kinds, kind) ? t(`settings.audit.kinds.${kind}`) : kind;
    const did = known(words.actions, action) ? t(`settings.audit.actions.${action}`) : action;
    return `${t('settings.audit.what', { kind: thing, name }).trim()} · ${did}`;
  };
}

function Changes({ entry: { changes } }: { entry: AuditEntry }) {
  const { t } = useTranslation();
  if (changes.length === 0) return null;
  const say = (value: unknown): string => (value === undefined || value === null ? t('settings.audit.empty') : typeof value === 'string' ? value : JSON.stringify(value));
  return (
    <details className={classes.changes}>
      <summary>{t('settings.audit.changes', { count: changes.length })}</summary>
      <dl className={classes.diff}>
        {changes.map((change) => (
          <div key={change.field}>
            <dt>{change.field}</dt>
            <dd>
              {change.hidden ? (
                t('settings.audit.hidden')
              ) : (
                <>
                  <del aria-label={t('settings.audit.before')}>{say(change.old)}</del> → <ins aria-label={t('settings.audit.after')}>{say(change.new)}</ins>
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
