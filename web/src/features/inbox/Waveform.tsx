import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import classes from './Waveform.module.css';

// In CSS pixels.
const height = 52;
const bar = 2;
const step = 3;
const restAlpha = 0.38;

interface WaveformProps {
  /** 0 to 100, evenly spaced over the recording: the customer above the line, the agents below; a single one stands on both sides. */
  customer: readonly number[];
  agents: readonly number[];
  /** How much of it has been played, 0 to 1. */
  played: number;
}

/** The recording's two lanes, of which the played part is in full colour. */
export function Waveform({ customer, agents, played }: WaveformProps) {
  const { ref: size, width } = useElementSize<HTMLCanvasElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    if (canvas.current && width > 0) draw(canvas.current, width, customer, agents, played);
  }, [width, customer, agents, played, scheme]);
  return (
    <canvas
      className={classes.wave}
      ref={(element) => {
        canvas.current = element;
        size(element);
      }}
      style={{ height }}
      aria-hidden="true"
    />
  );
}

function draw(canvas: HTMLCanvasElement, width: number, customer: readonly number[], agents: readonly number[], played: number): void {
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const paint = canvas.getContext('2d');
  if (!paint) return;
  paint.scale(scale, scale);
  // A canvas does not know the page's variables: their present values.
  const style = getComputedStyle(canvas);
  const [above, below] = [style.borderTopColor, style.borderBottomColor];
  const bars = Math.max(1, Math.floor(width / step));
  const loudest = Math.max(1, ...customer, ...agents);
  const middle = height / 2;
  for (let index = 0; index < bars; index++) {
    paint.globalAlpha = (index + 0.5) / bars <= played ? 1 : restAlpha;
    const [up, down] = [customer, agents].map((lane) => Math.max(1, (peak(lane, index, bars) / loudest) * (middle - 2)));
    paint.fillStyle = above;
    paint.fillRect(index * step, middle - 0.5 - (up ?? 0), bar, up ?? 0);
    paint.fillStyle = below;
    paint.fillRect(index * step, middle + 0.5, bar, down ?? 0);
  }
}

/** The loudest of the values that a bar stands for. */
function peak(lane: readonly number[], index: number, bars: number): number {
  const from = Math.floor((index * lane.length) / bars);
  return Math.max(0, ...lane.slice(from, Math.max(from + 1, Math.floor(((index + 1) * lane.length) / bars))));
}
