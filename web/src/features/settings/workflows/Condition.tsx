import { ActionIcon, Autocomplete, Button, Select, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { tagsQuery, teamsQuery } from '../queries';
import { clauseOf, clausesOf, nextClause, reasons, subjects, subjectsOf, weekdays, written, type Clause } from './condition';
import type { Trigger } from './sentence';
import classes from './Workflows.module.css';

interface ConditionProps {
  on: Trigger;
  value: string;
  onChange: (value: string) => void;
}

/** When a workflow holds: as sentences all of which must be so, or as the language's text where that says more. */
export function Condition({ on, value, onChange }: ConditionProps) {
  const { t } = useTranslation();
  const clauses = clausesOf(value);
  const [asText, setAsText] = useState(!clauses);
  if (asText || !clauses)
    return (
      <div className={classes.list}>
        <Textarea aria-label={t('settings.workflows.if')} rows={2} spellCheck={false} maxLength={2000} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
        <p className={classes.hint}>{t('settings.workflows.ifHint')}</p>
        <Button variant="subtle" size="compact-sm" disabled={!clauses} onClick={() => setAsText(false)}>
          {t('settings.workflows.asSentences')}
        </Button>
      </div>
    );
  const replace = (index: number, ...by: Clause[]) => onChange(written(clauses.toSpliced(index, 1, ...by)));
  return (
    <div className={classes.list}>
      {clauses.length === 0 && <p className={classes.hint}>{t('settings.workflows.always')}</p>}
      <ol className={classes.steps} aria-label={t('settings.workflows.if')}>
        {clauses.map((clause, index) => (
          <li key={index} className={classes.clause}>
            <Part on={on} n={index + 1} clause={clause} onChange={(changed) => replace(index, changed)} />
            <ActionIcon aria-label={t('settings.workflows.removeCondition', { n: index + 1 })} onClick={() => replace(index)}>
              <IconX size={16} />
            </ActionIcon>
          </li>
        ))}
      </ol>
      <div className={classes.more}>
        <Button variant="default" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => onChange(written([...clauses, nextClause(on, clauses)]))}>
          {t('settings.workflows.addCondition')}
        </Button>
        <Button variant="subtle" size="compact-sm" onClick={() => setAsText(true)}>
          {t('settings.workflows.asText')}
        </Button>
      </div>
    </div>
  );
}

interface PartProps {
  on: Trigger;
  n: number;
  clause: Clause;
  onChange: (clause: Clause) => void;
}

/** One part: what, how, and with what it is compared. */
function Part({ on, n, clause, onChange }: PartProps) {
  const { t } = useTranslation();
  const { subject, not } = clause;
  const { shape } = subjects[subject];
  const known = subjectsOf(on);
  const offered = known.includes(subject) ? known : [subject, ...known];
  const sides = shape === 'flag' && (subject === 'hours' || subject === 'member' || subject === 'withheld') ? (['yes', 'no'] as const).map((side) => t(`settings.workflows.flags.${subject}.${side}`)) : [t(`settings.workflows.sides.${shape}.yes`), t(`settings.workflows.sides.${shape}.no`)];
  return (
    <>
      <Select
        className={classes.subject}
        aria-label={t('settings.workflows.condition', { n })}
        allowDeselect={false}
        data={offered.map((value) => ({ value, label: t(`settings.workflows.subjects.${value}`) }))}
        value={subject}
        onChange={(value) => value && onChange(clauseOf(value))}
      />
      <Select
        className={classes.side}
        aria-label={t('settings.workflows.side', { n })}
        allowDeselect={false}
        data={sides.map((label, index) => ({ value: index === 0 ? 'yes' : 'no', label }))}
        value={not ? 'no' : 'yes'}
        onChange={(value) => onChange({ ...clause, not: value === 'no' })}
      />
      <Compared n={n} clause={clause} onChange={onChange} />
    </>
  );
}

/** What a part is compared with; nothing where it says it all. */
function Compared({ n, clause, onChange }: Omit<PartProps, 'on'>) {
  const { t } = useTranslation();
  const tags = useQuery(tagsQuery).data?.items.map(({ name }) => name) ?? [];
  const teams = useQuery(teamsQuery).data?.items.map(({ name }) => name) ?? [];
  const { subject, value } = clause;
  const label = t('settings.workflows.compared', { n });
  const set = (to: string) => onChange({ ...clause, value: to });
  const choice = (data: { value: string; label: string }[]) => {
    const all = data.some((each) => each.value === value) ? data : [{ value, label: value }, ...data];
    return <Select className={classes.compared} aria-label={label} allowDeselect={false} data={all} value={value} onChange={(to) => to && set(to)} />;
  };
  switch (subject) {
    case 'reason':
      return choice(reasons.map((each) => ({ value: each, label: t(`missed.${each}`) })));
    case 'direction':
      return choice((['inbound', 'outbound'] as const).map((each) => ({ value: each, label: t(`filter.directions.${each}`) })));
    case 'weekday':
      return choice(weekdays.map((each) => ({ value: each, label: t(`settings.hours.days.${each}`) })));
    case 'tag':
    case 'newTag':
    case 'team':
      return <Autocomplete className={classes.compared} aria-label={label} data={subject === 'team' ? teams : tags} maxLength={200} value={value} onChange={set} />;
    case 'wait':
    case 'duration':
    case 'hour':
      return <TextInput className={classes.seconds} aria-label={label} inputMode="numeric" maxLength={6} value={value} onChange={(event) => set(event.currentTarget.value.replace(/\D/g, ''))} />;
    default:
      return null;
  }
}
