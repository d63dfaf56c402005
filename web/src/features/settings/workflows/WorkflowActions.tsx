import { ActionIcon, Button, Select, TagsInput, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { agentsQuery, tagsQuery, teamsQuery } from '../queries';
import { actionOf, fieldsOf, kinds, type Action } from './sentence';
import { movedByArrows, Sortable, useDragged } from './Sortable';
import classes from './Workflows.module.css';

interface WorkflowActionsProps {
  actions: Action[];
  onChange: (actions: Action[]) => void;
}

/** What is done, in this order. */
export function WorkflowActions({ actions, onChange }: WorkflowActionsProps) {
  const { t } = useTranslation();
  const { ids, follow } = useIds(actions.length);
  const move = (from: number, to: number) => {
    if (to < 0 || to >= actions.length) return;
    follow(moved(ids, from, to));
    onChange(moved(actions, from, to));
  };
  const remove = (index: number) => {
    follow(ids.toSpliced(index, 1));
    onChange(actions.toSpliced(index, 1));
  };
  return (
    <div className={classes.list}>
      <Sortable items={actions.map(({ kind }, index) => ({ id: ids[index] ?? '', name: t(`settings.workflows.kinds.${kind}`) }))} onMove={move}>
        <ol className={classes.steps} aria-label={t('settings.workflows.then')}>
          {actions.map((action, index) => (
            <Step
              key={ids[index]}
              id={ids[index] ?? ''}
              index={index}
              of={actions.length}
              action={action}
              onMove={(to) => move(index, to)}
              onChange={(changed) => onChange(actions.map((each, at) => (at === index ? changed : each)))}
              onRemove={() => remove(index)}
            />
          ))}
        </ol>
      </Sortable>
      <Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => onChange([...actions, actionOf('tag')])}>
        {t('settings.workflows.addAction')}
      </Button>
    </div>
  );
}

function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = list.toSpliced(from, 1);
  return rest.toSpliced(to, 0, ...list.slice(from, from + 1));
}

let made = 0;
const newIds = (n: number) => Array.from({ length: n }, () => `action-${++made}`);

/** What actions, which have no ids of their own, are known by while they are moved: the focus stays with the one that it is in. */
function useIds(n: number) {
  const [ids, follow] = useState(() => newIds(n));
  const all = ids.length > n ? ids.slice(0, n) : [...ids, ...newIds(n - ids.length)];
  if (ids.length !== n) follow(all);
  return { ids: all, follow };
}

interface StepProps {
  id: string;
  index: number;
  of: number;
  action: Action;
  onMove: (to: number) => void;
  onChange: (action: Action) => void;
  onRemove: () => void;
}

/** One of the actions, with its place in their order. */
function Step({ id, index, of, action, onMove, onChange, onRemove }: StepProps) {
  const { t } = useTranslation();
  const n = index + 1;
  const { item, handle } = useDragged(id, t('settings.workflows.dragAction', { n }));
  return (
    <li className={classes.step} onKeyDown={movedByArrows((by) => onMove(index + by))} {...item}>
      <div className={classes.stepHead}>
        {of > 1 && handle}
        <span className={classes.number}>{n}</span>
        <Select
          className={classes.kind}
          aria-label={t('settings.workflows.action', { n })}
          allowDeselect={false}
          data={kinds.map((value) => ({ value, label: t(`settings.workflows.kinds.${value}`) }))}
          value={action.kind}
          onChange={(kind) => kind && onChange(actionOf(kind))}
        />
        <ActionIcon aria-label={t('settings.workflows.upAction', { n })} disabled={index === 0} onClick={() => onMove(index - 1)}>
          <IconArrowUp size={16} />
        </ActionIcon>
        <ActionIcon aria-label={t('settings.workflows.downAction', { n })} disabled={n === of} onClick={() => onMove(index + 1)}>
          <IconArrowDown size={16} />
        </ActionIcon>
        <ActionIcon aria-label={t('settings.workflows.removeAction', { n })} onClick={onRemove}>
          <IconX size={16} />
        </ActionIcon>
      </div>
      {action.kind === 'message' && <p className={classes.warning}>{t('settings.workflows.refused')}</p>}
      <ActionFields action={action} onChange={onChange} />
    </li>
  );
}

interface ActionFieldsProps {
  action: Action;
  onChange: (action: Action) => void;
}

function ActionFields({ action, onChange }: ActionFieldsProps) {
  const { t } = useTranslation();
  const tags = useQuery(tagsQuery).data?.items.map(({ name }) => name) ?? [];
  const teams = useQuery(teamsQuery).data?.items.map(({ name }) => name) ?? [];
  const agents = useQuery(agentsQuery).data?.items ?? [];
  const { lists = {}, texts = {} } = action;
  const text = (name: string, value: string) => onChange({ ...action, texts: { ...texts, [name]: value } });
  return (
    <div className={classes.fields}>
      {fieldsOf[action.kind].map((name) => {
        const label = t(`settings.workflows.fields.${name}`);
        switch (name) {
          case 'add':
          case 'remove':
            return <TagsInput key={name} label={label} data={tags} value={lists[name] ?? []} acceptValueOnBlur onChange={(list) => onChange({ ...action, lists: { ...lists, [name]: list } })} />;
          case 'team':
          case 'agent': {
            // Somebody of whom only the text knows stays to be seen.
            const known = name === 'team' ? teams.map((value) => ({ value, label: value })) : agents.map((agent) => ({ value: agent.email || agent.name, label: agent.name }));
            const had = texts[name];
            const data = had && !known.some(({ value }) => value === had) ? [...known, { value: had, label: had }] : known;
            return <Select key={name} label={label} clearable searchable nothingFoundMessage={t('settings.nothing')} data={data} value={had || null} onChange={(value) => onChange({ ...action, texts: value ? { [name]: value } : {} })} />;
          }
          default:
            return (
              <Textarea
                key={name}
                label={label}
                description={name === 'text' && t('settings.workflows.insert')}
                rows={name === 'text' || name === 'body' ? 2 : 1}
                maxLength={4000}
                value={texts[name] ?? ''}
                onChange={(event) => text(name, event.currentTarget.value)}
              />
            );
        }
      })}
    </div>
  );
}
