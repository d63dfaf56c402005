import { Button } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { IconChartBar, IconTable } from '@tabler/icons-react';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Chart.module.css';
import './words';

/** A kind of value that a chart shows, with the mark that it has there. */
export interface Series {
  name: string;
  /** A line, a full or hollow dot, or a filled field; some with a pattern, so that colour is never alone. */
  mark: 'field' | 'pattern' | 'line' | 'dashes' | 'dot' | 'ring';
  colour: string;
}

/** A place on the chart that can be read: its name and the values there, as they are written. */
export interface Place {
  name: string;
  values: readonly string[];
}

export interface Drawn {
  width: number;
  /** The place that is read now. */
  active: number | undefined;
  /** What has the pointer, or is pressed. */
  point: (index: number) => { onPointerEnter: () => void; onClick: () => void };
}

interface ChartProps {
  title: string;
  /** Stands beside the title, such as what explains the figure. */
  about?: ReactNode;
  /** What the first column of the table is called. */
  axis: string;
  series: readonly Series[];
  places: readonly Place[];
  height: number;
  /** Without a place that is read, the values beside the marks, such as sums. */
  resting?: readonly string[];
  /** How many places the keys ↑ and ↓ pass over. */
  rowLength?: number;
  note?: string | undefined;
  className?: string | undefined;
  open: (index: number) => void;
  draw: (drawn: Drawn) => ReactNode;
}

/** The width before it is measured. */
const assumed = 640;

/** A chart with its title, what its marks mean, and the same as a table. It is one stop of the Tab key; arrow keys move what is read. */
export function Chart({ title, about, axis, series, places, height, resting, rowLength, note, className = '', open, draw }: ChartProps) {
  const { t } = useTranslation();
  const id = useId();
  const { ref, width } = useElementSize();
  const [asTable, setAsTable] = useState(false);
  const [active, setActive] = useState<number>();
  const at = active !== undefined && active < places.length ? active : undefined;
  const place = at === undefined ? undefined : places[at];
  const point = (index: number) => ({ onPointerEnter: () => setActive(index), onClick: () => open(index) });
  return (
    <section className={`${classes.chart} ${className}`} aria-labelledby={id}>
      <header className={classes.head}>
        <h2 id={id} className={classes.title}>
          {title}
        </h2>
        {about}
        <Button className={classes.switch} size="compact-xs" variant="subtle" color="gray" leftSection={asTable ? <IconChartBar size={14} /> : <IconTable size={14} />} onClick={() => setAsTable(!asTable)}>
          {t(asTable ? 'charts.asChart' : 'charts.asTable')}
        </Button>
      </header>
      {asTable ? (
        <Table title={title} axis={axis} series={series} places={places} open={open} />
      ) : (
        <>
          <div className={classes.legend} aria-hidden="true">
            {series.map(({ name, mark, colour }, index) => (
              <span key={name} className={classes.entry}>
                <span className={classes.mark} data-mark={mark} style={{ '--colour': colour } as React.CSSProperties} />
                {name} <strong className="tabular">{place ? place.values[index] : resting?.[index]}</strong>
              </span>
            ))}
            <span className={classes.at}>{place?.name ?? note}</span>
          </div>
          <div
            ref={ref}
            className={classes.drawing}
            style={{ height }}
            role="slider"
            tabIndex={0}
            aria-label={title}
            aria-description={t('charts.keys')}
            aria-valuemin={0}
            aria-valuemax={Math.max(0, places.length - 1)}
            aria-valuenow={at ?? 0}
            aria-valuetext={spoken(series, places[at ?? 0])}
            onFocus={(event) => event.currentTarget.matches(':focus-visible') && setActive((before) => before ?? 0)}
            onBlur={() => setActive(undefined)}
            onPointerLeave={() => setActive(undefined)}
            onKeyDown={(event) => onKey(event, { at, count: places.length, rowLength, set: setActive, open })}
          >
            <svg width={width || assumed} height={height} aria-hidden="true" className={classes.svg}>
              <Patterns series={series} />
              {draw({ width: width || assumed, active: at, point })}
            </svg>
          </div>
          <div className="visually-hidden">
            <Table title={title} axis={axis} series={series} places={places} />
          </div>
        </>
      )}
    </section>
  );
}

const spoken = (series: readonly Series[], place: Place | undefined): string =>
  place ? `${place.name}: ${series.map(({ name }, index) => `${name} ${place.values[index]}`).join(', ')}` : '';

interface Reading {
  at: number | undefined;
  count: number;
  rowLength: number | undefined;
  set: (index: number | undefined) => void;
  open: (index: number) => void;
}

function onKey(event: KeyboardEvent, { at, count, rowLength, set, open }: Reading): void {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -(rowLength ?? 1), ArrowDown: rowLength ?? 1, Home: -count, End: count };
  const step = steps[event.key];
  if (step !== undefined) {
    event.preventDefault();
    const next = at === undefined ? 0 : at + step;
    // In a row that is not there nothing is read.
    set(rowLength && Math.abs(step) === rowLength && (next < 0 || next >= count) ? at : Math.min(count - 1, Math.max(0, next)));
  } else if (event.key === 'Enter' && at !== undefined) open(at);
  else if (event.key === 'Escape') set(undefined);
}

/** A pattern for each kind of field that has one; the others are plain. */
function Patterns({ series }: { series: readonly Series[] }) {
  return (
    <defs>
      {series
        .filter(({ mark }) => mark === 'pattern')
        .map(({ colour }) => (
          <pattern key={colour} id={patternOf(colour)} width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect width={5} height={5} fill={colour} fillOpacity={0.35} />
            <rect width={2.5} height={5} fill={colour} />
          </pattern>
        ))}
      <pattern id="chart-unfinished" width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
        <rect width={2.5} height={6} fill="var(--surface)" fillOpacity={0.75} />
      </pattern>
    </defs>
  );
}

/** The id of a colour's pattern, which all charts on a page share. */
const patternOf = (colour: string): string => `chart-pattern-${colour.replace(/[^a-z0-9]/gi, '')}`;

export const fillOf = ({ mark, colour }: Series): string => (mark === 'pattern' ? `url(#${patternOf(colour)})` : colour);

interface TableProps {
  title: string;
  axis: string;
  series: readonly Series[];
  places: readonly Place[];
  open?: (index: number) => void;
}

function Table({ title, axis, series, places, open }: TableProps) {
  const { t } = useTranslation();
  return (
    <div className={open && classes.scroll} {...(open && { tabIndex: 0, role: 'group', 'aria-label': title })}>
      <table className={classes.table} aria-label={title}>
        <thead>
          <tr>
            <th scope="col">{axis}</th>
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {places.map(({ name, values }, index) => (
            <tr key={name}>
              <th scope="row">
                {open ? (
                  <button type="button" className={classes.opens} onClick={() => open(index)} aria-label={t('charts.open', { what: name })}>
                    {name}
                  </button>
                ) : (
                  name
                )}
              </th>
              {values.map((value, each) => (
                <td key={series[each]?.name ?? each} className="tabular">
                  {value}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
