import { scaleBand, scaleLinear } from '@visx/scale';
import { Line } from '@visx/shape';
import { Axes, Reader } from './Axes';
import type { Drawn, Series } from './Chart';
import { margin } from './frame';
import { timeTicks } from './ticks';

interface RangesProps extends Drawn {
  height: number;
  /** The lower and the upper end. */
  series: readonly [Series, Series];
  values: readonly (readonly [number, number] | undefined)[];
  names: readonly string[];
  tick: (value: number) => string;
}

/** Two dots for each place, joined by a line: from where to where most of it lies. */
export function Ranges({ width, height, active, point, series, values, names, tick }: RangesProps) {
  const ticks = timeTicks(Math.max(0, ...values.map((each) => each?.[1] ?? 0)));
  const x = scaleBand({ domain: values.map((_, index) => index), range: [margin.left, width - margin.right] });
  const y = scaleLinear({ domain: [0, ticks.at(-1) ?? 1], range: [height - margin.bottom, margin.top] });
  const radius = Math.min(4.5, Math.max(2, x.bandwidth() / 3));
  const [low, high] = series;
  return (
    <>
      <Axes x={x} y={y} width={width} height={height} ticks={ticks} tick={tick} names={names} />
      {values.map((each, index) => {
        const middle = (x(index) ?? 0) + x.bandwidth() / 2;
        return (
          each && (
            <g key={index} data-range={index}>
              <Line from={{ x: middle, y: y(each[0]) }} to={{ x: middle, y: y(each[1]) }} stroke="var(--line-strong)" strokeWidth={2} />
              <circle cx={middle} cy={y(each[1])} r={radius} fill="var(--surface)" stroke={high.colour} strokeWidth={2} />
              <circle cx={middle} cy={y(each[0])} r={radius} fill={low.colour} />
            </g>
          )
        );
      })}
      <Reader x={x} count={values.length} height={height} active={active} point={point} />
    </>
  );
}
