import { scaleBand, scaleLinear } from '@visx/scale';
import { LinePath } from '@visx/shape';
import { Axes, Reader } from './Axes';
import type { Drawn, Series } from './Chart';
import { margin, tickLabel } from './frame';
import { apart, shareTicks } from './ticks';

const labelHeight = 13;

interface LinesProps extends Drawn {
  height: number;
  series: readonly Series[];
  /** Of each place a share for each series, or nothing. */
  values: readonly (readonly (number | undefined)[])[];
  names: readonly string[];
  /** What stands at the lines' ends. */
  labels: readonly string[];
  tick: (value: number) => string;
}

/** Lines of shares from 0 to 100 %, unsmoothed and with a gap where there is no share; each has its name at its end. */
export function Lines({ width, height, active, point, series, values, names, labels, tick }: LinesProps) {
  const right = Math.min(width * 0.24, 12 + Math.max(...labels.map((label) => label.length)) * 9);
  const x = scaleBand({ domain: values.map((_, index) => index), range: [margin.left, width - right] });
  const y = scaleLinear({ domain: [0, 1], range: [height - margin.bottom, margin.top] });
  const middle = (index: number) => (x(index) ?? 0) + x.bandwidth() / 2;
  const ends = series.map((_, line) => values.findLastIndex((each) => each[line] !== undefined));
  const heights = apart(ends.map((end, line) => y(values[end]?.[line] ?? 0)), labelHeight, height - margin.bottom);
  return (
    <>
      <Axes x={x} y={y} width={width} height={height} right={right} ticks={shareTicks} tick={tick} names={names} />
      {series.map(({ name, colour, mark }, line) => {
        const end = ends[line] ?? -1;
        return (
          <g key={name} data-line={line}>
            <LinePath
              data={values.map((each, index) => ({ index, share: each[line] }))}
              defined={({ share }) => share !== undefined}
              x={({ index }) => middle(index)}
              y={({ share }) => y(share ?? 0)}
              stroke={colour}
              strokeWidth={2}
              strokeDasharray={mark === 'dashes' ? '5 4' : undefined}
              strokeLinejoin="round"
            />
            {values.map((each, index) => {
              const share = each[line];
              const alone = values[index - 1]?.[line] === undefined && values[index + 1]?.[line] === undefined;
              return share !== undefined && (alone || index === active || index === end) ? <circle key={index} cx={middle(index)} cy={y(share)} r={3} fill={colour} /> : null;
            })}
            {end >= 0 && (
              <text {...tickLabel} x={width - right + 8} y={heights[line]} dy="0.32em" fill={colour} fontWeight={600}>
                {labels[line]}
              </text>
            )}
          </g>
        );
      })}
      <Reader x={x} count={values.length} height={height} active={active} point={point} />
    </>
  );
}
