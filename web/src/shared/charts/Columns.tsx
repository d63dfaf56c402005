import { scaleBand, scaleLinear } from '@visx/scale';
import { Bar } from '@visx/shape';
import { Axes, Reader } from './Axes';
import { fillOf, type Drawn, type Series } from './Chart';
import { margin } from './frame';
import { countTicks } from './ticks';

/** The least height of a part that is not zero, so that it can be seen. */
const leastHeight = 1.5;
const gap = 1;

interface ColumnsProps extends Drawn {
  height: number;
  series: readonly Series[];
  /** Of each place a number for each series, from the bottom up. */
  values: readonly (readonly number[])[];
  /** Short names of the places. */
  names: readonly string[];
  /** The place whose numbers still grow: it is hatched. */
  unfinished?: number | undefined;
  tick: (value: number) => string;
}

/** Columns from zero, each with a part for each series. */
export function Columns({ width, height, active, point, series, values, names, unfinished, tick }: ColumnsProps) {
  const totals = values.map((each) => each.reduce((sum, n) => sum + n, 0));
  const ticks = countTicks(Math.max(0, ...totals));
  const x = scaleBand({ domain: values.map((_, index) => index), range: [margin.left, width - margin.right], paddingInner: 0.28, paddingOuter: 0.14 });
  const y = scaleLinear({ domain: [0, ticks.at(-1) ?? 1], range: [height - margin.bottom, margin.top] });
  const bar = Math.min(x.bandwidth(), 44);
  return (
    <>
      <Axes x={x} y={y} width={width} height={height} ticks={ticks} tick={tick} names={names} />
      {values.map((each, index) => {
        const left = (x(index) ?? 0) + (x.bandwidth() - bar) / 2;
        return (
          <g key={index} data-column={index}>
            {stacked(each, y).map(({ top, tall }, part) => {
              const kind = series[part];
              return tall > 0 && kind ? <Bar key={kind.name} x={left} y={top} width={bar} height={tall} rx={Math.min(2, tall / 2)} fill={fillOf(kind)} /> : null;
            })}
            {index === unfinished && <rect x={left} y={y(totals[index] ?? 0)} width={bar} height={y(0) - y(totals[index] ?? 0)} fill="url(#chart-unfinished)" data-unfinished />}
          </g>
        );
      })}
      <Reader x={x} count={values.length} height={height} active={active} point={point} />
    </>
  );
}

/** Where the parts of a column stand, with a gap between them. */
export function stacked(values: readonly number[], y: (value: number) => number): { top: number; tall: number }[] {
  let below = 0;
  return values.map((value) => {
    const from = y(below);
    below += value;
    const top = y(below);
    const tall = from - top;
    return { top, tall: value === 0 ? 0 : Math.max(leastHeight, tall > 2 * gap ? tall - gap : tall) };
  });
}
