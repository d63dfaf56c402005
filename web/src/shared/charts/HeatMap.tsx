import { HeatmapRect } from '@visx/heatmap';
import { scaleLinear } from '@visx/scale';
import type { Drawn } from './Chart';
import { tickLabel } from './frame';
import { named } from './ticks';

const left = 34;
const foot = 20;
const gap = 2;

interface HeatMapProps extends Drawn {
  height: number;
  /** Row after row, all of one length. */
  values: readonly (readonly number[])[];
  rows: readonly string[];
  /** Names of the columns, of which some are shown. */
  columns: readonly string[];
}

/** A field for each hour of each day; the more calls, the stronger the one hue. */
export function HeatMap({ width, height, active, point, values, rows, columns }: HeatMapProps) {
  const across = columns.length;
  const cell = { width: (width - left) / across, height: (height - foot) / rows.length };
  const most = Math.max(1, ...values.flat());
  const opacity = scaleLinear({ domain: [0, 1, most], range: most > 1 ? [0, 0.14, 1] : [0, 1, 1] });
  return (
    <>
      {rows.map((name, row) => (
        <text key={name} {...tickLabel} x={left - 8} y={row * cell.height + cell.height / 2} dy="0.32em" textAnchor="end">
          {name}
        </text>
      ))}
      {named(across).map((column) => (
        <text key={column} {...tickLabel} x={left + column * cell.width} y={height - 5}>
          {columns[column]}
        </text>
      ))}
      <HeatmapRect
        data={columns.map((_, column) => ({ bins: values.map((row) => ({ count: row[column] ?? 0 })) }))}
        bins={(column) => column.bins}
        count={(bin) => bin.count}
        xScale={(column) => left + column * cell.width}
        yScale={(row) => row * cell.height}
        binWidth={cell.width}
        binHeight={cell.height}
        gap={gap}
        x0={0}
        colorScale={() => 'var(--accent)'}
        opacityScale={(count) => opacity(Number(count ?? 0))}
      >
        {(cells) =>
          cells.flat().map(({ row, column, x, y, width: wide, height: tall, opacity }) => {
            const index = row * across + column;
            return (
              <g key={index} data-place={index} {...point(index)}>
                <rect x={x} y={y} width={wide} height={tall} rx={3} fill="var(--hover)" />
                <rect x={x} y={y} width={wide} height={tall} rx={3} fill="var(--accent)" fillOpacity={opacity} stroke={active === index ? 'var(--text)' : 'none'} strokeWidth={2} />
              </g>
            );
          })
        }
      </HeatmapRect>
    </>
  );
}
