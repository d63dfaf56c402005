import { scaleLinear } from '@visx/scale';
import { Bar } from '@visx/shape';
import { fillOf, type Drawn, type Series } from './Chart';

export const barRow = 40;
const thick = 10;

interface BarsProps extends Drawn {
  series: Series;
  bars: readonly { name: string; value: number; text: string }[];
}

/** A bar for each name, from zero, with its number; the order is the caller's. */
export function Bars({ width, active, point, series, bars }: BarsProps) {
  const x = scaleLinear({ domain: [0, Math.max(1, ...bars.map(({ value }) => value))], range: [0, width - 8] });
  return bars.map(({ name, value, text }, index) => (
    <g key={name} data-place={index} transform={`translate(4, ${index * barRow})`} {...point(index)}>
      <rect x={-4} width={width} height={barRow} rx={6} fill="var(--text)" fillOpacity={active === index ? 0.06 : 0} />
      <text y={15} fontSize={13} fill="var(--text)">
        {name}
      </text>
      <text x={width - 8} y={15} fontSize={13} fontWeight={600} fill="var(--text)" textAnchor="end">
        {text}
      </text>
      <Bar y={22} width={Math.max(2, x(value))} height={thick} rx={3} fill={fillOf(series)} />
    </g>
  ));
}
