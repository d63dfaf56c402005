import { Button, Select, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Navigate, useNavigate } from 'react-router';
import { Danger } from '../Danger';
import { Field, Sentence as Words } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Page, Section } from '../Page';
import { useFresh } from '../queries';
import { SaveBar } from '../SaveBar';
import { usePageForm, type PageForm } from '../usePageForm';
import { Condition } from './Condition';
import { Mistakes, saveWorkflows, type Workflow, type WorkflowList } from './queries';
import { templates, tidy, triggers, triggerWords, type Sentence } from './sentence';
import { WorkflowActions } from './WorkflowActions';
import { DryRun, Runs } from './WorkflowRuns';
import classes from './Workflows.module.css';

const list = '/settings/workflows';

type Values = Required<Sentence>;

const valuesOf = ({ name, on, after = '', if: condition = '', off = false, do: actions }: Sentence): Values => ({ name, on, after, if: condition, off, do: actions });

interface WorkflowFormProps {
  list: WorkflowList;
  /** Without one it is a new workflow. */
  saved?: Workflow;
}

/** A workflow as a sentence: when, if, then. */
export function WorkflowForm({ list: { active, mayChange, items }, saved }: WorkflowFormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const fresh = useFresh();
  const [done, setDone] = useState(false);
  const others = items.filter((each) => each.own);
  const replaced = (by: Sentence[]) => (saved ? others.flatMap((each) => (each === saved ? by : [each.sentence])) : [...others.map(({ sentence }) => sentence), ...by]);
  const form = usePageForm<Values>({
    saved: valuesOf(saved?.sentence ?? { name: '', on: 'call.missed', do: [] }),
    save: (values) => saveWorkflows(active, replaced([tidy(values)])),
    check: (key, values) => {
      if (key === 'name') return values.name.trim() ? undefined : t('settings.required');
      return key === 'do' && values.do.length === 0 ? t('settings.workflows.noAction') : undefined;
    },
    onSaved: () => void fresh.all().then(() => setDone(true)),
  });
  const mistakes = form.error instanceof Mistakes ? form.error.lines : [];
  const changeable = mayChange && (!saved || saved.own);
  const title = saved?.sentence.name ?? t('settings.workflows.new');
  if (done) return <Navigate to={list} />;
  return (
    <Page title={title} up={{ to: list, label: t('settings.pages.workflows') }} onSubmit={form.submit}>
      {saved && !saved.own && <p className={classes.note}>{t('settings.workflows.elsewhereHint', { file: saved.file, line: saved.line })}</p>}
      <fieldset className={classes.plain} disabled={!changeable}>
        {!saved && <Templates form={form} />}
        <WorkflowFields form={form} isNew={!saved} />
        {mistakes.length > 0 && (
          <ul className={classes.mistakes} role="alert">
            {mistakes.map((text) => (
              <li key={text}>{text}</li>
            ))}
          </ul>
        )}
      </fieldset>
      <SaveBar form={mistakes.length > 0 ? { ...form, error: undefined } : form} {...(!saved && { label: t('settings.workflows.create') })} />
      <DryRun sentence={tidy({ ...form.values, name: form.values.name.trim() || title })} />
      {saved && <Runs name={saved.sentence.name} />}
      {saved && changeable && (
        <Section title={t('settings.danger')}>
          <Danger
            label={t('settings.workflows.remove')}
            title={t('settings.removeTitle', { name: title })}
            text={t('settings.workflows.removeText')}
            run={() => saveWorkflows(active, replaced([]))}
            onDone={() => void fresh.all().then(() => navigate(list))}
          />
        </Section>
      )}
    </Page>
  );
}

function Templates({ form }: { form: PageForm<Values> }) {
  const { t } = useTranslation();
  return (
    <div className={classes.templates} role="group" aria-label={t('settings.workflows.templates')}>
      <span className={classes.templatesLabel} aria-hidden="true">
        {t('settings.workflows.templates')}
      </span>
      {(Object.keys(templates) as (keyof typeof templates)[]).map((name) => (
        <Button
          key={name}
          variant="default"
          size="compact-sm"
          onClick={() => {
            const template: Omit<Sentence, 'name'> = structuredClone(templates[name]) as unknown as Omit<Sentence, 'name'>;
            const values = valuesOf({ name: t(`settings.workflows.template.${name}`), ...template });
            for (const key of Object.keys(values) as (keyof Values)[]) form.set(key, values[key]);
          }}
        >
          {t(`settings.workflows.template.${name}`)}
        </Button>
      ))}
    </div>
  );
}

function WorkflowFields({ form, isNew }: { form: PageForm<Values>; isNew: boolean }) {
  const { t } = useTranslation();
  const { values, set, errorOf } = form;
  return (
    <Section title={t('settings.pages.workflows')}>
      <Field name="name" label={t('settings.name')} error={errorOf('name')}>
        <TextInput aria-label={t('settings.name')} className={fieldClasses.wide} maxLength={200} value={values.name} autoFocus={isNew} onChange={(event) => set('name', event.currentTarget.value)} />
      </Field>
      <Field name="off" label={t('settings.workflows.state')} error={errorOf('off')}>
        <Switch checked={!values.off} label={t('settings.workflows.enabled')} onChange={(event) => set('off', !event.currentTarget.checked)} />
      </Field>
      <Field name="on" label={t('settings.workflows.when')} error={errorOf('on')}>
        <Select
          aria-label={t('settings.workflows.when')}
          className={fieldClasses.wide}
          allowDeselect={false}
          data={triggers.map((value) => ({ value, label: t(`settings.workflows.triggers.${triggerWords[value]}`) }))}
          value={values.on}
          onChange={(value) => value && set('on', value)}
        />
        {values.on === 'call.queued' && (
          <Words text={t('settings.workflows.waiting')}>
            <TextInput aria-label={t('settings.workflows.after')} className={fieldClasses.number} placeholder="1m" maxLength={20} value={values.after} onChange={(event) => set('after', event.currentTarget.value)} />
          </Words>
        )}
      </Field>
      <Field name="if" label={t('settings.workflows.if')} error={errorOf('if')}>
        <Condition on={values.on} value={values.if} onChange={(condition) => set('if', condition)} />
      </Field>
      <Field name="do" label={t('settings.workflows.then')} error={errorOf('do')} under={values.do.length > 1 && t('settings.workflows.keys')}>
        <WorkflowActions actions={values.do} onChange={(actions) => set('do', actions)} />
      </Field>
    </Section>
  );
}
