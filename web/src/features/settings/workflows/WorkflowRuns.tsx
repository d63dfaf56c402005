import { Button, Select } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { dayAndTime } from '../../../shared/format/time';
import { useDisplay } from '../../../shared/format/useDisplay';
import { tellProblem } from '../../../shared/ui/problems';
import { Section } from '../Page';
import { same } from '../same';
import { Mistakes, tryWorkflow, type WorkflowResult } from './queries';
import type { Sentence } from './sentence';
import classes from './Workflows.module.css';

interface DryRunProps {
  /** As it stands in the form; what is not saved counts, too. */
  sentence: Sentence;
}

/** What a workflow would do for a conversation of the past. */
export function DryRun({ sentence }: DryRunProps) {
  const { t, i18n } = useTranslation();
  const display = useDisplay();
  const [conversation, setConversation] = useState<string | null>(null);
  const past = useQuery({ queryKey: ['settings', 'workflows', 'past'] as const, queryFn: () => result(client.GET('/conversations', { params: { query: { limit: 30 } } })) });
  const run = useMutation({
    mutationFn: ({ draft, conversationId }: { draft: Sentence; conversationId: string }) => tryWorkflow(draft, conversationId),
    onError: (error) => error instanceof Mistakes || tellProblem(error),
  });
  // Of another text it would say nothing any more.
  const current = same(run.variables?.draft, sentence);
  const mistakes = current && run.error instanceof Mistakes ? run.error.lines : [];
  return (
    <Section title={t('settings.workflows.dry')} text={t('settings.workflows.dryText')}>
      <div className={classes.dry}>
        <Select
          className={classes.kind}
          label={t('settings.workflows.conversation')}
          searchable
          nothingFoundMessage={t('settings.nothing')}
          data={past.data?.items.map(({ id, contact, createdAt }) => ({ value: id, label: `${display.contactName(contact)} · ${dayAndTime(createdAt, i18n.language)}` })) ?? []}
          value={conversation}
          onChange={(id) => {
            setConversation(id);
            run.reset();
          }}
        />
        <Button variant="default" disabled={!conversation || sentence.do.length === 0} loading={run.isPending} onClick={() => conversation && run.mutate({ draft: sentence, conversationId: conversation })}>
          {t('settings.workflows.dryRun')}
        </Button>
      </div>
      {mistakes.length > 0 && (
        <ul className={classes.mistakes} role="alert">
          {mistakes.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      )}
      {run.data && current && <div role="status">{run.data.answers ? <Results results={run.data.results} /> : <p className={classes.none}>{t('settings.workflows.holdsNot')}</p>}</div>}
    </Section>
  );
}

/** The last runs of a workflow, with the result of each action. */
export function Runs({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const runs = useQuery({ queryKey: ['settings', 'workflows', 'runs', name] as const, queryFn: () => result(client.GET('/workflows/runs', { params: { query: { workflow: name } } })) });
  const items = runs.data?.items ?? [];
  return (
    <Section title={t('settings.workflows.runs')}>
      {runs.data && items.length === 0 && <p className={classes.none}>{t('settings.workflows.noRuns')}</p>}
      {items.length > 0 && (
        <ul className={classes.runs} aria-label={t('settings.workflows.runs')}>
          {items.map(({ id, at, version, stopped, conversationId, results }) => (
            <li key={id}>
              <p className={classes.run}>
                <time dateTime={at}>{dayAndTime(at, i18n.language)}</time> · {t('settings.workflows.version', { n: version })} ·{' '}
                <Link to={`/inbox/all/${conversationId}`}>{t('settings.workflows.open')}</Link>
              </p>
              {stopped ? <p className={classes.warning}>{t(`settings.workflows.stopped.${stopped}`)}</p> : <Results results={results} />}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

const tones = { done: 'green', would: 'green', refused: 'amber', unknown: 'amber', begun: 'amber', failed: 'red' } as const;

function Results({ results }: { results: readonly WorkflowResult[] }) {
  const { t } = useTranslation();
  return (
    <ol className={classes.results}>
      {results.map(({ kind, state, says }, index) => (
        <li key={index} data-tone={tones[state]}>
          <strong>{t(`settings.workflows.kinds.${kind}`)}</strong> {t(`settings.workflows.states.${state}`)}
          {says && <span className={classes.says}>{says}</span>}
        </li>
      ))}
    </ol>
  );
}
