import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useDisplay } from '../../../shared/format/useDisplay';
import { administers, useMe } from '../../../shared/session/me';
import classes from './FirstRun.module.css';
import { useAgentsSteps, useOwnersSteps, type Step } from './steps';
import './words';

/** In place of an inbox in which nothing is yet: what is to be done before the first call, ticked off as it is. */
export default function FirstRun() {
  return administers(useMe()) ? <OwnersList /> : <AgentsList />;
}

function OwnersList() {
  const { t } = useTranslation();
  const display = useDisplay();
  const { steps, number } = useOwnersSteps();
  return <Steps steps={steps}>{(step) => (step.name === 'testCall' && number ? ` ${t('first.call', { number: display.number(number) })}` : '')}</Steps>;
}

const AgentsList = () => <Steps steps={useAgentsSteps()}>{() => ''}</Steps>;

function Steps({ steps, children: more }: { steps: readonly Step[]; children: (step: Step) => string }) {
  const { t } = useTranslation();
  return (
    <section className={classes.first} aria-label={t('first.title')}>
      <div className={classes.head}>
        <h2 className={classes.title}>{t('first.title')}</h2>
        <span className={classes.progress} role="status">
          {t('first.progress', { done: steps.filter(({ done }) => done).length, all: steps.length })}
        </span>
      </div>
      <ol className={classes.steps}>
        {steps.map((step, index) => (
          <li key={step.name} className={classes.step} data-step={step.name} data-done={step.done || undefined}>
            <Mark done={step.done}>{index + 1}</Mark>
            <span className={classes.words}>
              <span className={classes.name}>{t(`first.steps.${step.name}`)}</span>
              <span className={classes.hint}>
                {t(`first.hints.${step.name}`)}
                {more(step)}
              </span>
            </span>
            <Action step={step} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Mark({ done, children }: { done: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <span className={classes.mark}>
      {done ? <IconCheck size={16} stroke={2.4} aria-hidden="true" /> : <span aria-hidden="true">{children}</span>}
      <span className="visually-hidden">{t(done ? 'first.done' : 'first.open')}</span>
    </span>
  );
}

function Action({ step: { name, done, to, run, running } }: { step: Step }) {
  const { t } = useTranslation();
  if (name === 'app' || (!to && !run)) return null;
  const label = t(`first.actions.${name}`);
  const look = { variant: done ? 'subtle' : 'default', size: 'compact-md' } as const;
  return to ? (
    <Button component={Link} to={to} onClick={run} {...look}>
      {label}
    </Button>
  ) : (
    <Button {...look} loading={running ?? false} onClick={run}>
      {label}
    </Button>
  );
}
