import { Button, NativeSelect, Textarea, TextInput, UnstyledButton } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { i18next } from '../../../shared/i18n';
import type { flows as en } from './words.en';
import type { Candidates, Position, Step } from './queries';
import classes from './Simulation.module.css';
import type { Simulating } from './useSimulation';
import { useDoing, useReason } from './words';

interface StepProps {
  n: number;
  step: Step;
  /** Its line is in the draft. */
  linked: boolean;
  simulating: Simulating;
  onPoint: (at: Position | undefined) => void;
  onGo: (at: Position) => void;
}

/** One step of the way: where it stands, what happens, and what else could be done in it. */
export function SimulationStep({ n, step, linked, simulating, onPoint, onGo }: StepProps) {
  const { t } = useTranslation();
  const doing = useDoing();
  const { at, kind } = step;
  const kindName = i18next.exists(`settings.flows.kinds.${kind}`) ? t(`settings.flows.kinds.${kind as keyof typeof en.kinds}`) : kind;
  const point = () => linked && onPoint(at);
  return (
    <li className={classes.step} onMouseEnter={point} onMouseLeave={() => onPoint(undefined)}>
      <div className={classes.stepHead}>
        <span className={classes.n} aria-hidden="true">
          {n}
        </span>
        {step.step ? (
          <span className={classes.stepName}>
            <span className={classes.kind}>{kindName}</span> {step.step}
          </span>
        ) : (
          <span className={classes.stepName}>{t('settings.flows.simulation.notLetIn')}</span>
        )}
        {at && linked && (
          <UnstyledButton className={classes.at} onFocus={point} onBlur={() => onPoint(undefined)} onClick={() => onGo(at)}>
            {t('settings.flows.line', { file: at.file, line: at.line })}
          </UnstyledButton>
        )}
      </div>
      {step.does.length > 0 && (
        <ul className={classes.does}>
          {step.does.map((each, i) => (
            <li key={i}>
              {doing(each)}
              {each.what === 'figures' && each.values && <Queue values={each.values} simulating={simulating} />}
            </li>
          ))}
        </ul>
      )}
      <Choices step={step} simulating={simulating} />
      {step.candidates?.map((level, i) => <Level key={i} level={level} />)}
    </li>
  );
}

const grades = ['1', '2', '3', '4', '5'];
const queueEnds = ['answered', 'ringTimeOver', 'noOperator', 'abandonedInQueue', 'exceededQueue', 'userLeft'] as const;

/** What the caller, a server or the agents could do here. */
function Choices({ step, simulating }: { step: Step; simulating: Simulating }) {
  const { t } = useTranslation();
  const reason = useReason();
  const { kind, step: name, times, keysUsed, keys = [] } = step;
  const { trial, press, end, answer } = simulating;
  if (kind === 'menu' || kind === 'survey') {
    const all = kind === 'menu' ? keys : grades;
    const pressed = trial.keys[keysUsed] ?? '-';
    return (
      <div className={classes.keys} role="group" aria-label={`${t('settings.flows.simulation.press')}: ${name}`}>
        {[...all, '-'].map((key) => (
          <Button key={key} size="compact-xs" variant={key === pressed ? 'light' : 'default'} aria-pressed={key === pressed} onClick={() => press(keysUsed, key)}>
            {key === '-' ? t('settings.flows.simulation.silence') : key}
          </Button>
        ))}
      </div>
    );
  }
  if (kind === 'input') return <Digits used={keysUsed} simulating={simulating} />;
  if (kind === 'lookup')
    return (
      <Textarea
        size="xs"
        className={classes.choice}
        autosize
        label={t('settings.flows.simulation.json')}
        placeholder='{"tier": 3}'
        value={trial.lookups[name] ?? ''}
        maxLength={65_536}
        onChange={(event) => answer(name, event.currentTarget.value)}
      />
    );
  if (kind !== 'queue' && kind !== 'transfer' && kind !== 'native') return null;
  const ends = kind === 'queue' ? [...queueEnds, ...keys.map((key) => `key ${key}`)] : ['answered', 'notReached'];
  const says = (how: string) => {
    if (how === 'answered') return t(kind === 'native' ? 'settings.flows.simulation.handedOver' : 'settings.flows.simulation.answeredBy');
    if (how === 'notReached') return t(kind === 'native' ? 'settings.flows.simulation.noExtension' : 'settings.flows.simulation.notReached');
    return how.startsWith('key ') ? `${t('settings.flows.simulation.press')} ${how.slice(4)}` : reason(how);
  };
  return (
    <NativeSelect
      size="xs"
      className={classes.choice}
      label={t('settings.flows.simulation.ends')}
      value={trial.ends[name]?.[times] ?? trial.ends[name]?.at(-1) ?? 'answered'}
      data={ends.map((how) => ({ value: how, label: says(how) }))}
      onChange={(event) => end(name, times, event.currentTarget.value)}
    />
  );
}

function Digits({ used, simulating: { trial, press } }: { used: number; simulating: Simulating }) {
  const { t } = useTranslation();
  const pressed = trial.keys[used];
  const [digits, setDigits] = useState(pressed === '-' ? '' : (pressed ?? ''));
  const enter = (event: FormEvent) => {
    event.preventDefault();
    press(used, digits || '-');
  };
  return (
    <form className={classes.digits} onSubmit={enter}>
      <TextInput
        size="xs"
        aria-label={t('settings.flows.simulation.digits')}
        placeholder="1234#"
        inputMode="tel"
        value={digits}
        maxLength={40}
        onChange={(event) => setDigits(event.currentTarget.value.replace(/[^0-9*#]/g, ''))}
      />
      <Button size="xs" type="submit" variant="default">
        {t('settings.flows.simulation.enter')}
      </Button>
    </form>
  );
}

const figures = ['waiting', 'wait', 'free'] as const;

/** How a queue stands: as it does now, or as somebody would like to try it. */
function Queue({ values, simulating: { trial, stands } }: { values: Record<string, string>; simulating: Simulating }) {
  const { t } = useTranslation();
  const { team = '', waiting, seconds, free } = values;
  const now = trial.queues[team] ?? { waiting: Number(waiting), wait: Number(seconds), free: Number(free) };
  return (
    <div className={classes.queue} role="group" aria-label={t('settings.flows.simulation.queue', { team })}>
      {figures.map((each) => (
        <TextInput
          key={each}
          size="xs"
          label={t(`settings.flows.simulation.${each}`)}
          inputMode="numeric"
          value={now[each]}
          maxLength={5}
          onChange={(event) => stands(team, { ...now, [each]: Number(event.currentTarget.value.replace(/\D/g, '')) })}
        />
      ))}
    </div>
  );
}

/** The agents of a team: who would be offered the call now, and why not the others. */
function Level({ level: { team, agents } }: { level: Candidates }) {
  const { t } = useTranslation();
  const name = team || t('settings.flows.simulation.everybody');
  return (
    <div className={classes.level} role="group" aria-label={`${t('settings.flows.simulation.candidates')}: ${name}`}>
      <p className={classes.levelName}>
        {t('settings.flows.simulation.candidates')} · {name}
      </p>
      {agents.length === 0 && <p className={classes.quiet}>{t('settings.flows.simulation.nobody')}</p>}
      <ul className={classes.agents}>
        {agents.map((agent) => (
          <li key={agent.id}>
            <span className={classes.agent}>{agent.name}</span>
            {agent.why.length === 0 ? (
              <span className={classes.tone} data-tone="green">
                {t('settings.flows.simulation.rings')}
              </span>
            ) : (
              <span className={classes.quiet}>
                {agent.why
                  .map((why) => {
                    if (why === 'status' && agent.status) return t(`status.${agent.status}`);
                    return i18next.exists(`settings.flows.why.${why}`) ? t(`settings.flows.why.${why as keyof typeof en.why}`) : why;
                  })
                  .join(', ')}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
