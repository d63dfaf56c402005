import { Button, Checkbox, NativeSelect, TextInput, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useDisplay } from '../../../shared/format/useDisplay';
import { useProblemText } from '../../../shared/ui/problems';
import classes from './Simulation.module.css';
import { SimulationStep } from './SimulationStep';
import type { Flows, Position, Simulation } from './queries';
import type { Simulating } from './useSimulation';
import { useReason } from './words';

interface SimulationProps {
  flows: Flows;
  right: boolean;
  simulating: Simulating;
  onPoint: (at: Position | undefined) => void;
  onGo: (at: Position) => void;
}

/** What a call would do in the draft: its way step by step, each with its line. */
export function SimulationPane({ flows, right, simulating, onPoint, onGo }: SimulationProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { number: display } = useDisplay();
  const { trial, query, change, restart } = simulating;
  const { data, error } = query;
  return (
    <section className={classes.simulation} aria-label={t('settings.flows.simulation.title')} data-region>
      <div className={classes.head}>
        <h2 className={classes.title}>{t('settings.flows.simulation.title')}</h2>
        <Button size="compact-xs" variant="subtle" color="gray" onClick={() => restart()}>
          {t('settings.flows.simulation.again')}
        </Button>
      </div>
      {flows.numbers.length === 0 ? (
        <p className={classes.quiet}>{t('settings.flows.simulation.noNumber')}</p>
      ) : (
        <>
          <div className={classes.form}>
            <TextInput
              size="xs"
              label={t('settings.flows.simulation.from')}
              placeholder={t('settings.flows.simulation.fromHint')}
              value={trial.from}
              maxLength={40}
              onChange={(event) => change({ from: event.currentTarget.value })}
            />
            <NativeSelect
              size="xs"
              label={t('settings.flows.simulation.to')}
              value={trial.to}
              data={flows.numbers.map(({ number, label }) => ({ value: number, label: label ? `${label} ${display(number)}` : display(number) }))}
              onChange={(event) => restart({ to: event.currentTarget.value })}
            />
            <TextInput size="xs" type="datetime-local" label={t('settings.flows.simulation.at')} value={trial.at} onChange={(event) => change({ at: event.currentTarget.value })} />
          </div>
          <Checkbox size="xs" mt={8} label={t('settings.flows.simulation.stays')} checked={trial.stays} onChange={(event) => change({ stays: event.currentTarget.checked })} />
          {!right && (
            <p className={classes.quiet} role="status">
              {t('settings.flows.simulation.wrongDraft')}
            </p>
          )}
          {right && error && (
            <p className={classes.error} role="alert">
              {problemText(error)}
            </p>
          )}
          {data && right && !error && <Way simulation={data} simulating={simulating} onPoint={onPoint} onGo={onGo} />}
        </>
      )}
    </section>
  );
}

interface WayProps {
  simulation: Simulation;
  simulating: Simulating;
  onPoint: (at: Position | undefined) => void;
  onGo: (at: Position) => void;
}

function Way({ simulation, simulating, onPoint, onGo }: WayProps) {
  const { t } = useTranslation();
  const reason = useReason();
  const { hours, steps, answered, missedReason, how, fromSettings, chosenBy } = simulation;
  return (
    <>
      {fromSettings && <p className={classes.quiet}>{t('settings.flows.simulation.fromSettings')}</p>}
      {chosenBy && (
        <p className={classes.quiet}>
          {t('settings.flows.simulation.chosenBy', { workflow: chosenBy.workflow })}{' '}
          <UnstyledButton className={classes.at} onFocus={() => onPoint(chosenBy.at)} onBlur={() => onPoint(undefined)} onClick={() => onGo(chosenBy.at)}>
            {t('settings.flows.line', { file: chosenBy.at.file, line: chosenBy.at.line })}
          </UnstyledButton>
        </p>
      )}
      {hours.length > 0 && (
        <ul className={classes.hours} aria-label={t('settings.flows.simulation.hours')}>
          {hours.map(({ name, open }) => (
            <li key={name}>
              <span className={classes.hoursName}>{name}</span>
              <span data-tone={open ? 'green' : 'amber'} className={classes.tone}>
                {t(open ? 'settings.flows.simulation.open' : 'settings.flows.simulation.closed')}
              </span>
            </li>
          ))}
        </ul>
      )}
      <ol className={classes.steps} aria-label={t('settings.flows.simulation.steps')}>
        {steps.map((step, i) => (
          <SimulationStep key={i} n={i + 1} step={step} linked={!fromSettings} simulating={simulating} onPoint={onPoint} onGo={onGo} />
        ))}
      </ol>
      <p className={classes.end} role="status">
        <strong data-tone={answered ? 'green' : 'red'} className={classes.tone}>
          {answered ? t('settings.flows.simulation.answered') : t('settings.flows.simulation.missed', { reason: reason(missedReason ?? '') })}
        </strong>
        <span className={classes.quiet}>{t(`settings.flows.how.${how}`)}</span>
      </p>
    </>
  );
}
