import { ActionIcon, Menu, Tooltip, UnstyledButton } from '@mantine/core';
import { IconAlertTriangle, IconDownload, IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Note, Recording } from '../../shared/api/types';
import { clock } from '../../shared/format/duration';
import { lengthOf, type Gap } from './journal';
import { placed, type Placed } from './placed';
import classes from './RecordingPlayer.module.css';
import { useAudio } from './useAudio';
import { Waveform } from './Waveform';

const speeds = [0.75, 1, 1.25, 1.5, 1.75, 2] as const;
const seekSeconds = 5;
const gapWords = { hold: 'recording.hold', pause: 'recording.paused' } as const satisfies Record<Gap['kind'], string>;

interface RecordingPlayerProps {
  recording: Recording;
  url: string;
  gaps: readonly Gap[];
  notes: readonly Note[];
}

/** The customer above, the agents below, holds and pauses hatched, notes as pins (END-2). The default export loads it when it is needed. */
export default function RecordingPlayer({ recording, url, gaps, notes }: RecordingPlayerProps) {
  const { t } = useTranslation();
  const seconds = (recording.durationMs ?? 0) / 1000;
  const { playing, at, broken, toggle, seek, setSpeed } = useAudio(url, seconds);
  const { peaks, lanes } = recording;
  const marks = placed(recording, gaps, notes);
  return (
    <div className={classes.player} role="group" aria-label={t('recording.region')} data-testid="recording-player">
      <ActionIcon className={classes.play} variant="filled" color="iris" size={36} radius={12} aria-label={playing ? t('recording.pause') : t('recording.play')} onClick={toggle}>
        {playing ? <IconPlayerPauseFilled size={17} /> : <IconPlayerPlayFilled size={17} />}
      </ActionIcon>
      <div className={classes.wave} data-lanes={lanes ? 2 : 1}>
        <Waveform customer={lanes?.customer ?? peaks} agents={lanes?.agents ?? peaks} played={seconds > 0 ? at / seconds : 0} />
        <Marks marks={marks} seek={seek} />
        <Slider seconds={seconds} at={at} seek={seek} toggle={toggle} />
      </div>
      <span className={`${classes.time} tabular`}>
        {clock(at * 1000)} <span>/ {clock(seconds * 1000)}</span>
      </span>
      <Speed set={setSpeed} />
      <Tooltip label={t('recording.download')}>
        <ActionIcon component="a" href={`${url}${url.includes('?') ? '&' : '?'}download=1`} download aria-label={t('recording.download')}>
          <IconDownload size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      <Legend lanes={lanes !== undefined} gaps={gaps} />
      {broken && (
        <p className={classes.broken} role="alert">
          <IconAlertTriangle size={15} /> {t('recording.unplayable')}
        </p>
      )}
    </div>
  );
}

interface SliderProps {
  seconds: number;
  at: number;
  seek: (seconds: number) => void;
  toggle: () => void;
}

function Slider({ seconds, at, seek, toggle }: SliderProps) {
  const { t } = useTranslation();
  const seekTo = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    if (box.width > 0) seek(((event.clientX - box.left) / box.width) * seconds);
  };
  const keys: Record<string, () => void> = {
    ArrowRight: () => seek(at + seekSeconds),
    ArrowLeft: () => seek(at - seekSeconds),
    Home: () => seek(0),
    End: () => seek(seconds),
    ' ': toggle,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const key = keys[event.key];
    if (!key || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    key();
  };
  return (
    <div
      className={classes.slider}
      role="slider"
      tabIndex={0}
      aria-label={t('recording.position')}
      aria-valuemin={0}
      aria-valuemax={Math.round(seconds)}
      aria-valuenow={Math.round(at)}
      aria-valuetext={clock(at * 1000)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seekTo(event);
      }}
      onPointerMove={(event) => event.currentTarget.hasPointerCapture(event.pointerId) && seekTo(event)}
    />
  );
}

function Marks({ marks, seek }: { marks: Placed; seek: (seconds: number) => void }) {
  const { t } = useTranslation();
  return (
    <>
      {marks.gaps.map(({ gap, left, width }) => (
        <span
          key={`${gap.kind}${gap.from}`}
          className={classes.gap}
          data-gap={gap.kind}
          style={{ left: `${left}%`, width: `${width}%` }}
          title={t(gapWords[gap.kind], { time: clock(gap.to - gap.from), name: gap.by })}
        />
      ))}
      {marks.notes.map(({ note, left, seconds }) => (
        <button
          key={note.id}
          type="button"
          className={classes.pin}
          style={{ left: `${left}%` }}
          title={`${note.author.name}: ${note.text}`}
          aria-label={t('recording.note', { time: clock(seconds * 1000), name: note.author.name })}
          onClick={() => seek(seconds)}
        />
      ))}
    </>
  );
}

function Speed({ set }: { set: (speed: number) => void }) {
  const { t } = useTranslation();
  const [speed, setSpeed] = useState<number>(1);
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton className={`${classes.speed} tabular`} aria-label={`${t('recording.speed')} ${speed}×`}>
          {speed}×
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {speeds.map((choice) => (
          <Menu.Item
            key={choice}
            onClick={() => {
              setSpeed(choice);
              set(choice);
            }}
            fw={choice === speed ? 650 : undefined}
          >
            {choice}×
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** What the colours and the hatching mean, in words. */
function Legend({ lanes, gaps }: { lanes: boolean; gaps: readonly Gap[] }) {
  const { t } = useTranslation();
  const kinds = (['hold', 'pause'] as const).filter((kind) => gaps.some((gap) => gap.kind === kind));
  if (!lanes && kinds.length === 0) return null;
  return (
    <p className={`${classes.legend} tabular`}>
      {lanes && (
        <>
          <span data-lane="customer">{t('recording.customer')}</span>
          <span data-lane="agents">{t('recording.agents')}</span>
        </>
      )}
      {kinds.map((kind) => (
        <span key={kind} data-lane="gap">
          {t(gapWords[kind], { time: clock(lengthOf(gaps, kind)), name: [...new Set(gaps.filter((gap) => gap.kind === kind).map((gap) => gap.by))].filter(Boolean).join(', ') })}
        </span>
      ))}
    </p>
  );
}
