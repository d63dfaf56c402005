import { Button, Progress } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { apiBase } from '../../shared/api/client';
import { Failure } from '../../shared/ui/Failure';
import classes from './ImportContacts.module.css';
import { importQuery, keys } from './queries';

const lookMs = 1000;

/** How far an import has come, and what came of it. */
export function ImportProgress({ id, onOther }: { id: string; onOther: () => void }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({ ...importQuery(id), refetchInterval: ({ state }) => (state.data?.state === 'done' ? false : lookMs) });
  const done = data?.state === 'done';
  useEffect(() => {
    if (done) void queries.invalidateQueries({ queryKey: keys.contacts });
    if (done) void queries.invalidateQueries({ queryKey: keys.initials });
  }, [done, queries]);
  if (!data) return error ? <Failure error={error} retry={() => void refetch()} /> : null;
  const number = new Intl.NumberFormat(i18n.language);
  const progress = t('contacts.import.progress', { done: number.format(data.done), total: number.format(data.total) });
  return (
    <div className={classes.sheet} role="status">
      <h3 className={classes.subtitle}>{done ? t('contacts.import.done') : t('contacts.import.running', { name: data.name })}</h3>
      {!done && (
        <>
          <Progress.Root size="lg">
            <Progress.Section value={data.total ? (data.done / data.total) * 100 : 0} aria-label={progress} />
          </Progress.Root>
          <p className={`${classes.hint} tabular`}>
            {progress} · {t('contacts.import.leaveHint')}
          </p>
        </>
      )}
      <dl className={classes.result}>
        {(['added', 'updated', 'left'] as const).map((what) => (
          <div key={what} data-left={(what === 'left' && data.left > 0) || undefined}>
            <dt>{t(`contacts.import.${what}`)}</dt>
            <dd className="tabular">{number.format(data[what])}</dd>
          </div>
        ))}
      </dl>
      {done && (
        <div className={classes.actions}>
          {data.left > 0 && (
            <Button variant="subtle" component="a" href={`${apiBase}/contact-imports/${id}/report?language=${i18n.language}`} download>
              {t('contacts.import.report')}
            </Button>
          )}
          <Button variant="default" onClick={onOther}>
            {t('contacts.import.other')}
          </Button>
          <Button component={Link} to="/contacts">
            {t('contacts.import.toContacts')}
          </Button>
        </div>
      )}
    </div>
  );
}
