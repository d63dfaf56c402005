import { ActionIcon, Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconArrowDown, IconArrowUp, IconBolt, IconMessage, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { dayAndTime } from '../../../shared/format/time';
import { Empty } from '../../../shared/ui/Empty';
import { tellProblem } from '../../../shared/ui/problems';
import { Gone } from '../Gone';
import { Loaded, Page } from '../Page';
import { useFresh } from '../queries';
import { Row, Rows } from '../Rows';
import { saveWorkflows, workflowsQuery, type Workflow, type WorkflowList } from './queries';
import { triggerWords } from './sentence';
import { SmsPage } from './SmsPage';
import { WorkflowForm } from './WorkflowForm';
import classes from './Workflows.module.css';

const list = '/settings/workflows';

/** What is done by itself when something has happened (INBOX-6). */
export default function WorkflowsPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const query = useQuery(workflowsQuery);
  if (id === 'sms') return <SmsPage />;
  return (
    <Loaded query={query} title={t('settings.pages.workflows')}>
      {(workflows) => {
        if (!id) return <Workflows list={workflows} />;
        if (id === 'new') return <WorkflowForm list={workflows} />;
        const found = workflows.items.find(({ sentence }) => sentence.name === id);
        return found ? <WorkflowForm list={workflows} saved={found} /> : <Gone to={list} label={t('settings.pages.workflows')} />;
      }}
    </Loaded>
  );
}

function Workflows({ list: { active, mayChange, items } }: { list: WorkflowList }) {
  const { t, i18n } = useTranslation();
  const fresh = useFresh();
  const own = items.filter((each) => each.own);
  const order = useMutation({
    mutationFn: (sentences: Workflow['sentence'][]) => saveWorkflows(active, sentences),
    onSettled: fresh.all,
    onError: tellProblem,
  });
  const move = (from: number, to: number) => {
    const sentences = own.map(({ sentence }) => sentence);
    sentences.splice(to, 0, ...sentences.splice(from, 1));
    order.mutate(sentences);
  };
  const action = (
    <span className={classes.actions}>
      <Button component={Link} to={`${list}/sms`} variant="default" leftSection={<IconMessage size={16} />}>
        {t('settings.workflows.sms')}
      </Button>
      {mayChange && (
        <Button component={Link} to={`${list}/new`} leftSection={<IconPlus size={16} />}>
          {t('settings.workflows.add')}
        </Button>
      )}
    </span>
  );
  return (
    <Page title={t('settings.pages.workflows')} lead={mayChange ? t('settings.workflows.lead') : t('settings.workflows.folder')} action={action}>
      {items.length === 0 ? (
        <Empty icon={IconBolt} title={t('settings.workflows.none')} text={t('settings.workflows.noneHint')} />
      ) : (
        <Rows label={t('settings.pages.workflows')}>
          {items.map((workflow) => {
            const { sentence, file, line, lastRun } = workflow;
            const at = own.indexOf(workflow);
            const facts = [
              t(sentence.off ? 'settings.workflows.off' : 'settings.workflows.on'),
              `${t(`settings.workflows.triggers.${triggerWords[sentence.on]}`)} → ${sentence.do.map(({ kind }) => t(`settings.workflows.kinds.${kind}`)).join(', ')}`,
              at < 0 && t('settings.workflows.elsewhere', { file, line }),
              lastRun ? t('settings.workflows.ran', { time: dayAndTime(lastRun, i18n.language) }) : t('settings.workflows.neverRan'),
            ];
            return (
              <Row
                key={sentence.name}
                to={`${list}/${encodeURIComponent(sentence.name)}`}
                tone={sentence.off ? 'grey' : 'green'}
                name={sentence.name}
                facts={facts.filter(Boolean).join(' · ')}
                action={
                  mayChange &&
                  at >= 0 &&
                  own.length > 1 && (
                    <>
                      <ActionIcon aria-label={t('settings.workflows.up', { name: sentence.name })} disabled={at === 0 || order.isPending} onClick={() => move(at, at - 1)}>
                        <IconArrowUp size={16} />
                      </ActionIcon>
                      <ActionIcon aria-label={t('settings.workflows.down', { name: sentence.name })} disabled={at === own.length - 1 || order.isPending} onClick={() => move(at, at + 1)}>
                        <IconArrowDown size={16} />
                      </ActionIcon>
                    </>
                  )
                }
              />
            );
          })}
        </Rows>
      )}
    </Page>
  );
}
