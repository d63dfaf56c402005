import { UnstyledButton } from '@mantine/core';
import { IconAntennaBarsOff, IconVolumeOff, IconWifiOff } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { levelOfFigure, type Cause, type Figures, type Reading } from './judge';
import type { QualityMonitor } from './monitor';
import classes from './Quality.module.css';
import './words';

interface QualityProps {
  monitor: QualityMonitor;
}

const useQuality = ({ monitor }: QualityProps) => useSyncExternalStore(monitor.subscribe, monitor.view);

interface QualityBarsProps extends QualityProps {
  opened: boolean;
  onToggle: () => void;
}

/** How the sound comes through, as three bars; a click tells the figures (CALL-1). */
export function QualityBars({ opened, onToggle, ...props }: QualityBarsProps) {
  const { t } = useTranslation();
  const { level, sound } = useQuality(props);
  const shown = sound === 'lost' ? 'bad' : level;
  return (
    <UnstyledButton
      className={classes.button}
      data-testid="quality"
      data-level={shown}
      aria-label={t('quality.label', { level: t(`quality.${shown ?? 'measuring'}`) })}
      aria-expanded={opened}
      onClick={onToggle}
    >
      <span className={classes.bars} aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
    </UnstyledButton>
  );
}

/** The figures that the bars stand for. */
export function QualityFigures(props: QualityProps) {
  const { t } = useTranslation();
  const { reading, cause } = useQuality(props);
  return reading ? <Measured reading={reading} cause={cause} /> : <p className={classes.why}>{t('quality.measuring')}</p>;
}

function Measured({ reading, cause }: { reading: Reading; cause: Cause | undefined }) {
  const { t } = useTranslation();
  const { received, sent, rttMs, codec } = reading;
  return (
    <div className={classes.panel}>
      <table className={`${classes.table} tabular`} aria-label={t('quality.title')}>
        <thead>
          <tr>
            <td />
            <th scope="col">{t('quality.received')}</th>
            <th scope="col">{t('quality.sent')}</th>
          </tr>
        </thead>
        <tbody>
          <Row name={t('quality.loss')} measure="lossPercent" received={received} sent={sent} />
          <Row name={t('quality.jitter')} measure="jitterMs" received={received} sent={sent} />
          <tr>
            <th scope="row">{t('quality.rtt')}</th>
            <Cell measure="rttMs" value={rttMs} wide />
          </tr>
          <tr>
            <th scope="row">{t('quality.codec')}</th>
            <td colSpan={2}>{codec || '–'}</td>
          </tr>
        </tbody>
      </table>
      {cause && <Why cause={cause} />}
    </div>
  );
}

function Row({ name, measure, received, sent }: { name: string; measure: keyof Figures; received: Figures; sent: Figures }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <Cell measure={measure} value={received[measure]} />
      <Cell measure={measure} value={sent[measure]} />
    </tr>
  );
}

function Cell({ measure, value, wide }: { measure: keyof Figures | 'rttMs'; value: number | undefined; wide?: boolean }) {
  const { t } = useTranslation();
  const level = levelOfFigure(measure, value);
  const text = value === undefined ? '–' : measure === 'lossPercent' ? `${value.toFixed(1)} %` : `${Math.round(value)} ms`;
  return (
    <td colSpan={wide ? 2 : 1} data-level={level}>
      {text}
      {level !== 'good' && <span className="visually-hidden"> ({t(`quality.${level}`)})</span>}
    </td>
  );
}

/** Where it most likely comes from, and what helps. */
function Why({ cause }: { cause: Cause }) {
  const { t } = useTranslation();
  return (
    <p className={classes.why}>
      <strong>{t(cause === 'far' ? 'quality.farSide' : 'quality.mySide')}</strong> · {t(`quality.cause.${cause}`)}
    </p>
  );
}

/** Says when nothing is to be heard, or hardly anything, and most likely why. */
export function QualityStrip(props: QualityProps) {
  const { t } = useTranslation();
  const { cause, sound } = useQuality(props);
  if (sound !== 'heard') {
    const Icon = sound === 'lost' ? IconWifiOff : IconVolumeOff;
    return (
      <div className={classes.strip} data-tone={sound === 'lost' ? 'red' : 'amber'} role="status" data-testid="sound-lost" data-sound={sound}>
        <Icon size={16} />
        <span>{t(`quality.${sound}`)}</span>
      </div>
    );
  }
  if (!cause) return null;
  return (
    <div className={classes.strip} data-tone="amber" role="status" data-testid="quality-bad">
      <IconAntennaBarsOff size={16} />
      <Why cause={cause} />
    </div>
  );
}
