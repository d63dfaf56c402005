import { ActionIcon, Menu, Tooltip, UnstyledButton, useComputedColorScheme } from '@mantine/core';
import { IconAlertTriangle, IconDownload, IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import WaveSurfer from 'wavesurfer.js';
import { clock } from '../format/duration';
import classes from './RecordingPlayer.module.css';

const speeds = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;
const seekSeconds = 5;

interface RecordingPlayerProps {
  url: string;
  /** 0 to 100, evenly spaced over the duration. */
  peaks: number[];
  durationMs: number;
}

/** Waveform, seek, speed and download. The default export keeps wavesurfer.js out of the first load. */
export default function RecordingPlayer({ url, peaks, durationMs }: RecordingPlayerProps) {
  const { t } = useTranslation();
  const container = useRef<HTMLDivElement>(null);
  const player = useRef<WaveSurfer>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [speed, setSpeed] = useState<number>(1);
  const [broken, setBroken] = useState(false);
  const scheme = useComputedColorScheme('light');

  useEffect(() => {
    if (!container.current) return;
    const media = new Audio();
    media.preload = 'none';
    const wave = WaveSurfer.create({
      container: container.current,
      media,
      url,
      peaks: [peaks.map((peak) => peak / 100)],
      duration: durationMs / 1000,
      height: 36,
      barWidth: 2,
      barGap: 2,
      barRadius: 2,
      barMinHeight: 2,
      cursorWidth: 0,
      dragToSeek: true,
      normalize: true,
      ...colours(),
    });
    player.current = wave;
    wave.on('play', () => setPlaying(true));
    wave.on('pause', () => setPlaying(false));
    wave.on('finish', () => setPlaying(false));
    wave.on('timeupdate', setAt);
    wave.on('error', () => setBroken(true));
    return () => {
      player.current = null;
      wave.destroy();
    };
  }, [url, peaks, durationMs]);

  useEffect(() => {
    player.current?.setOptions(colours());
  }, [scheme]);
  useEffect(() => {
    player.current?.setPlaybackRate(speed, true);
  }, [speed]);

  const seekBy = (seconds: number) => player.current?.setTime(Math.min(durationMs / 1000, Math.max(0, at + seconds)));
  const toggle = () => {
    setBroken(false);
    player.current?.playPause().catch(() => setBroken(true));
  };
  return (
    <div className={classes.player} role="group" aria-label={t('recording.region')} data-testid="recording-player">
      <ActionIcon className={classes.play} variant="filled" color="iris" size={36} radius={12} aria-label={playing ? t('recording.pause') : t('recording.play')} onClick={toggle}>
        {playing ? <IconPlayerPauseFilled size={17} /> : <IconPlayerPlayFilled size={17} />}
      </ActionIcon>
      <div
        className={classes.wave}
        ref={container}
        role="slider"
        tabIndex={0}
        aria-label={t('recording.position')}
        aria-valuemin={0}
        aria-valuemax={Math.round(durationMs / 1000)}
        aria-valuenow={Math.round(at)}
        aria-valuetext={clock(at * 1000)}
        onKeyDown={(event) => {
          if (event.key === 'ArrowRight') seekBy(seekSeconds);
          else if (event.key === 'ArrowLeft') seekBy(-seekSeconds);
        }}
      />
      <span className={`${classes.time} tabular`}>
        {clock(at * 1000)} <span>/ {clock(durationMs)}</span>
      </span>
      <Menu position="bottom-end">
        <Menu.Target>
          <UnstyledButton className={`${classes.speed} tabular`} aria-label={t('recording.speed')}>
            {speed}×
          </UnstyledButton>
        </Menu.Target>
        <Menu.Dropdown>
          {speeds.map((choice) => (
            <Menu.Item key={choice} onClick={() => setSpeed(choice)} fw={choice === speed ? 700 : undefined}>
              {choice}×
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Tooltip label={t('recording.download')}>
        <ActionIcon component="a" href={`${url}${url.includes('?') ? '&' : '?'}download=1`} download aria-label={t('recording.download')}>
          <IconDownload size={18} stroke={1.7} />
        </ActionIcon>
      </Tooltip>
      {broken && (
        <p className={classes.broken} role="alert">
          <IconAlertTriangle size={15} /> {t('recording.unplayable')}
        </p>
      )}
    </div>
  );
}

/** A canvas does not know the page's variables: their present values. */
function colours() {
  const probe = document.createElement('span');
  document.body.append(probe);
  const read = (variable: string) => {
    probe.style.color = `var(${variable})`;
    return getComputedStyle(probe).color;
  };
  const result = { waveColor: read('--line-strong'), progressColor: read('--accent') };
  probe.remove();
  return result;
}
