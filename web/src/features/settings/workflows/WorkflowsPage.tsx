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
import { movedByArrows, Sortable, useDragged } from './Sortable';
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

type RowParts = Pick<Parameters<typeof Row>[0], 'action' | 'handle' | 'item'>;

function WorkflowRow({ workflow: { sentence, file, line, lastRun, own }, ...rest }: RowParts & { workflow: Workflow }) {
  const { t, i18n } = useTranslation();
  const facts = [
    t(sentence.off ? 'settings.workflows.off' : 'settings.workflows.on'),
    `${t(`settings.workflows.triggers.${triggerWords[sentence.on]}`)} → ${sentence.do.map(({ kind }) => t(`settings.workflows.kinds.${kind}`)).join(', ')}`,
    !own && t('settings.workflows.elsewhere', { file, line }),
    lastRun ? t('settings.workflows.ran', { time: dayAndTime(lastRun, i18n.language) }) : t('settings.workflows.neverRan'),
  ];
  return <Row to={`${list}/${encodeURIComponent(sentence.name)}`} tone={sentence.off ? 'grey' : 'green'} name={sentence.name} facts={facts.filter(Boolean).join(' · ')} {...rest} />;
}

interface MovableProps {
  workflow: Workflow;
  first: boolean;
  last: boolean;
  busy: boolean;
  onMove: (by: -1 | 1) => void;
}

/** A workflow whose place in the order can be changed. */
function Movable({ workflow, first, last, busy, onMove }: MovableProps) {
  const { t } = useTranslation();
  const { name } = workflow.sentence;
  const { item, handle } = useDragged(name, t('settings.workflows.dragWorkflow', { name }));
  return (
    <WorkflowRow
      workflow={workflow}
      handle={handle}
      item={{ ...item, onKeyDown: movedByArrows((by) => !busy && !(by < 0 ? first : last) && onMove(by)) }}
      action={
        <>
          <ActionIcon aria-label={t('settings.workflows.up', { name })} disabled={first || busy} onClick={() => onMove(-1)}>
            <IconArrowUp size={16} />
          </ActionIcon>
          <ActionIcon aria-label={t('settings.workflows.down', { name })} disabled={last || busy} onClick={() => onMove(1)}>
            <IconArrowDown size={16} />
          </ActionIcon>
        </>
      }
    />
  );
}

function Workflows({ list: { active, mayChange, items } }: { list: WorkflowList }) {
  const { t } = useTranslation();
  const fresh = useFresh();
  const own = items.filter((each) => each.own);
  const order = useMutation({
    mutationFn: (sentences: Workflow['sentence'][]) => saveWorkflows(active, sentences),
    onSettled: fresh.all,
    onError: tellProblem,
  });
  // Until the server has it the new order is shown, which nothing may jump back from.
  const moved = order.isPending ? order.variables.flatMap((sentence) => own.find((each) => each.sentence === sentence) ?? []) : own;
  const shown = items.map((each) => (each.own ? (moved[own.indexOf(each)] ?? each) : each));
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
        <Sortable items={moved.map(({ sentence: { name } }) => ({ id: name, name }))} onMove={move}>
          <Rows label={t('settings.pages.workflows')}>
            {shown.map((workflow) => {
              const at = moved.indexOf(workflow);
              return mayChange && at >= 0 && own.length > 1 ? (
                <Movable key={workflow.sentence.name} workflow={workflow} first={at === 0} last={at === own.length - 1} busy={order.isPending} onMove={(by) => move(at, at + by)} />
              ) : (
                <WorkflowRow key={workflow.sentence.name} workflow={workflow} />
              );
            })}
          </Rows>
        </Sortable>
      )}
    </Page>
  );
}
