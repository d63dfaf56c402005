import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import { dayAndTime } from '../../../shared/format/time';
import { tellProblem } from '../../../shared/ui/problems';
import { Loaded, Page } from '../Page';
import { jobsQuery, type Job } from '../queries';
import { Row, Rows } from '../Rows';

export default function JobsPage() {
  const { t } = useTranslation();
  const query = useQuery(jobsQuery);
  return (
    <Loaded query={query} title={t('settings.pages.jobs')}>
      {({ items }) => (
        <Page title={t('settings.pages.jobs')} lead={t('settings.jobs.lead')}>
          <Rows label={t('settings.pages.jobs')}>
            {items.map((job) => (
              <JobRow key={job.name} job={job} />
            ))}
          </Rows>
        </Page>
      )}
    </Loaded>
  );
}

type Tone = 'green' | 'amber' | 'red' | 'grey';

function JobRow({ job }: { job: Job }) {
  const { t, i18n } = useTranslation();
  const queries = useQueryClient();
  const { last, running } = job;
  const run = useMutation({
    mutationFn: () => result(client.POST('/jobs/{name}/run', { params: { path: { name: job.name } } })),
    onSettled: () => queries.invalidateQueries({ queryKey: jobsQuery.queryKey }),
    onError: tellProblem,
  });
  const [tone, state]: [Tone, string] = running
    ? ['amber', t('settings.jobs.running')]
    : !last
      ? ['grey', t('settings.jobs.never')]
      : last.error
        ? ['red', t('settings.jobs.failed')]
        : ['green', t('settings.jobs.done')];
  const name = t(`settings.jobs.names.${job.name}`);
  const facts = [
    state,
    last?.durationMs !== undefined && t('settings.jobs.last', { time: dayAndTime(last.startedAt, i18n.language), took: seconds(last.durationMs, i18n.language) }),
    last?.removed !== undefined && t('settings.jobs.removed', { n: last.removed }),
    t('settings.jobs.next', { time: dayAndTime(job.nextAt, i18n.language) }),
  ];
  return (
    <Row
      tone={tone}
      name={name}
      facts={
        <>
          {facts.filter(Boolean).join(' · ')}
          {!running && last?.error && (
            <>
              <br />
              {last.error}
            </>
          )}
        </>
      }
      action={
        <Button variant="default" size="compact-sm" loading={run.isPending || running} onClick={() => run.mutate()} aria-label={t('settings.jobs.runOf', { name })}>
          {t('settings.jobs.run')}
        </Button>
      }
    />
  );
}

const seconds = (ms: number, locale: string): string => new Intl.NumberFormat(locale, { style: 'unit', unit: 'second', unitDisplay: 'narrow', maximumFractionDigits: 1 }).format(ms / 1000);
