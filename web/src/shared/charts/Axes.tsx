import { AxisBottom, AxisLeft } from '@visx/axis';
import { GridRows } from '@visx/grid';
import type { scaleBand, scaleLinear } from '@visx/scale';
import { margin, tickLabel } from './frame';
import { named } from './ticks';

interface AxesProps {
  x: ReturnType<typeof scaleBand<number>>;
  y: ReturnType<typeof scaleLinear<number>>;
  width: number;
  height: number;
  right?: number;
  ticks: readonly number[];
  tick: (value: number) => string;
  names: readonly string[];
}

/** Lines at round values with what they are, and names of some places below. */
export function Axes({ x, y, width, height, right = margin.right, ticks, tick, names }: AxesProps) {
  return (
    <>
      <GridRows scale={y} left={margin.left} width={width - margin.left - right} tickValues={[...ticks]} stroke="var(--line)" />
      <AxisLeft
        scale={y}
        left={margin.left}
        tickValues={[...ticks]}
        tickFormat={(value) => tick(Number(value))}
        hideAxisLine
        hideTicks
        tickLabelProps={() => ({ ...tickLabel, textAnchor: 'end', dx: '-0.3em', dy: '0.32em' })}
      />
      <AxisBottom
        scale={x}
        top={height - margin.bottom}
        tickValues={named(names.length)}
        tickFormat={(index) => names[index] ?? ''}
        stroke="var(--line-strong)"
        hideTicks
        tickLabelProps={() => ({ ...tickLabel, textAnchor: 'middle', dy: '0.2em' })}
      />
    </>
  );
}

interface ReaderProps {
  x: ReturnType<typeof scaleBand<number>>;
  count: number;
  height: number;
  active: number | undefined;
  point: (index: number) => { onPointerEnter: () => void; onClick: () => void };
}

/** What the pointer meets: a field as high as the chart for each place, shown where it is read. */
export function Reader({ x, count, height, active, point }: ReaderProps) {
  const step = x.step();
  return Array.from({ length: count }, (_, index) => (
    <rect
      key={index}
      data-place={index}
      x={(x(index) ?? 0) - (step - x.bandwidth()) / 2}
      y={margin.top}
      width={step}
      height={height - margin.top - margin.bottom}
      fill="var(--text)"
      fillOpacity={active === index ? 0.06 : 0}
      {...point(index)}
    />
  ));
}
