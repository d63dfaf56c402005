import { useRef, useState, type PointerEvent } from 'react';
import type { Period } from '../queries';
import classes from './DayTrack.module.css';
import { minutesOfDay, step, tidy, timeText } from './week';

interface DayTrackProps {
  label: string;
  periods: readonly Period[];
  set: (periods: Period[]) => void;
}

const percent = (minutes: number) => `${(minutes / minutesOfDay) * 100}%`;

/**
 * A day from midnight to midnight: drawing over it opens it there, drawing over what is open closes it. The same can be
 * typed beside it, so that it needs no pointer and is hidden from screen readers.
 */
export function DayTrack({ label, periods, set }: DayTrackProps) {
  const track = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<{ start: number; end: number; closing: boolean } | undefined>();

  const minuteAt = (event: PointerEvent): number => {
    const box = track.current?.getBoundingClientRect();
    if (!box || box.width === 0) return 0;
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return Math.round((share * minutesOfDay) / step) * step;
  };
  const begin = (event: PointerEvent) => {
    if (event.button !== 0 || track.current?.closest('fieldset:disabled')) return;
    const start = minuteAt(event);
    track.current?.setPointerCapture?.(event.pointerId);
    setDrawn({ start, end: start, closing: periods.some(({ from, to }) => from <= start && start < to) });
  };
  const finish = () => {
    setDrawn(undefined);
    if (!drawn || drawn.start === drawn.end) return;
    const from = Math.min(drawn.start, drawn.end);
    const to = Math.max(drawn.start, drawn.end);
    set(drawn.closing ? without(periods, { from, to }) : tidy([...periods, { from, to }]));
  };
  return (
    <div
      ref={track}
      className={classes.track}
      aria-hidden="true"
      data-testid={`track ${label}`}
      onPointerDown={begin}
      onPointerMove={(event) => drawn && setDrawn({ ...drawn, end: minuteAt(event) })}
      onPointerUp={finish}
      onPointerCancel={() => setDrawn(undefined)}
    >
      {[6, 12, 18].map((hour) => (
        <span key={hour} className={classes.hour} style={{ left: percent(hour * 60) }} />
      ))}
      {periods.map((period, index) => (
        <span key={index} className={classes.open} style={{ left: percent(period.from), width: percent(Math.max(0, period.to - period.from)) }} title={`${timeText(period.from)}–${timeText(period.to)}`} />
      ))}
      {drawn && (
        <span
          className={classes.drawn}
          data-closing={drawn.closing || undefined}
          style={{ left: percent(Math.min(drawn.start, drawn.end)), width: percent(Math.abs(drawn.end - drawn.start)) }}
        />
      )}
    </div>
  );
}

/** What is left of periods where a part of the day is closed. */
export function without(periods: readonly Period[], closed: Period): Period[] {
  return periods.flatMap(({ from, to }) =>
    [
      { from, to: Math.min(to, closed.from) },
      { from: Math.max(from, closed.to), to },
    ].filter((part) => part.from < part.to),
  );
}
