import { cleanup, render } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { Bars } from './Bars';
import type { Series } from './Chart';
import { Columns, stacked } from './Columns';
import { HeatMap } from './HeatMap';
import { Lines } from './Lines';
import { Ranges } from './Ranges';
import { Sparkline } from './Sparkline';
import { apart, countTicks, named, timeTicks } from './ticks';

afterEach(cleanup);

const point = () => ({ onPointerEnter: () => {}, onClick: () => {} });
const drawn = { width: 448, active: undefined, point };
const series: Series[] = [
  { name: 'a', mark: 'field', colour: 'blue' },
  { name: 'b', mark: 'pattern', colour: 'red' },
];
const attributes = (of: Element, ...names: string[]) => names.map((name) => Number(of.getAttribute(name)));
const draw = (part: React.ReactNode) => render(<svg>{part}</svg>).container;

describe('ticks (STAT-2)', () => {
  it.each([
    [0, [0, 1]],
    [3, [0, 1, 2, 3]],
    [5, [0, 2, 4, 6]],
    [14, [0, 5, 10, 15]],
    [214, [0, 100, 200, 300]],
    [1000, [0, 500, 1000]],
  ])('up to %d calls', (largest, ticks) => {
    expect(countTicks(largest)).toEqual(ticks);
  });

  it.each([
    [4000, [0, 1, 2, 3, 4]],
    [31_000, [0, 10, 20, 30, 40]],
    [130_000, [0, 60, 120, 180]],
    [3_700_000, [0, 1800, 3600, 5400]],
  ])('up to %d ms', (largest, seconds) => {
    expect(timeTicks(largest)).toEqual(seconds.map((each) => each * 1000));
  });

  it('are never more than five, round, and reach over the largest value', () => {
    for (let largest = 0; largest < 200_000; largest += 137)
      for (const ticks of [countTicks(largest), timeTicks(largest * 100)]) {
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(ticks.length === 5 || largest > 0 ? largest : 0);
      }
  });

  it('name at most five places', () => {
    expect(named(7)).toEqual([0, 2, 4, 6]);
    for (let count = 1; count < 100; count++) expect(named(count).length).toBeLessThanOrEqual(5);
  });

  it('keep labels apart that would lie upon each other', () => {
    expect(apart([50, 52], 13, 200)).toEqual([50, 63]);
    expect(apart([199, 198], 13, 200)).toEqual([200, 187]);
    expect(apart([20, 120], 13, 200)).toEqual([20, 120]);
  });
});

describe('charts turn values into places (STAT-2)', () => {
  it('columns stand on zero, part upon part; what still goes on is hatched', () => {
    const chart = draw(<Columns {...drawn} height={230} series={series} values={[[10, 5], [0, 0], [20, 0]]} names={['x', 'y', 'z']} unfinished={2} tick={String} />);
    const [first, second, third] = [...chart.querySelectorAll('[data-column]')].map((column) => [...column.querySelectorAll('rect:not([data-unfinished])')]);
    // 200 px for 0 to 20: 10 px each two calls; a pixel of air on each part.
    expect(first?.map((part) => attributes(part, 'y', 'height'))).toEqual([[108, 99], [58, 49]]);
    expect(second).toEqual([]);
    expect(third?.map((part) => attributes(part, 'y', 'height'))).toEqual([[8, 199]]);
    expect(first?.[1]?.getAttribute('fill')).toBe('url(#chart-pattern-red)');
    expect(chart.querySelectorAll('[data-unfinished]').length).toBe(1);
  });

  it('a part that is not zero can be seen', () => {
    expect(stacked([1, 0], (value) => 200 - value / 1000).map(({ tall }) => tall)).toEqual([1.5, 0]);
  });

  it('lines go from 0 to 100 %, with gaps and a name at their end', () => {
    const chart = draw(<Lines {...drawn} height={230} series={[{ name: 'a', mark: 'line', colour: 'blue' }, { name: 'b', mark: 'dashes', colour: 'red' }]} values={[[0, 0.5], [undefined, 0.5], [1, undefined]]} names={['x', 'y', 'z']} labels={['A', 'B']} tick={String} />);
    const [solid, dashed] = chart.querySelectorAll('path.visx-linepath');
    expect(solid?.getAttribute('d')?.match(/M/g)?.length).toBe(2); // not over the gap
    expect(solid?.getAttribute('stroke-dasharray')).toBeNull();
    expect(dashed?.getAttribute('stroke-dasharray')).toBe('5 4');
    expect([...chart.querySelectorAll('[data-line="0"] circle')].map((dot) => Number(dot.getAttribute('cy')))).toEqual([208, 8]);
    expect([...chart.querySelectorAll('[data-line] > text')].map(({ textContent }) => textContent)).toEqual(['A', 'B']);
  });

  it('a heat map has a field for each hour, stronger the more there is', () => {
    const chart = draw(<HeatMap {...drawn} height={100} values={[[0, 1, 10], [5, 0, 0]]} rows={['Mon', 'Tue']} columns={['0', '1', '2']} />);
    const strength = [...chart.querySelectorAll('[data-place]')].map((cell) => [cell.getAttribute('data-place'), Number(cell.querySelectorAll('rect')[1]?.getAttribute('fill-opacity'))] as const);
    const of = new Map(strength);
    expect(strength.length).toBe(6);
    expect(['0', '2', '4'].map((place) => of.get(place))).toEqual([0, 1, 0]);
    expect(of.get('1')).toBeCloseTo(0.14);
    expect(of.get('3')).toBeGreaterThan(0.4);
  });

  it('bars are as long as their value', () => {
    const chart = draw(<Bars {...drawn} series={series[1] as Series} bars={[{ name: 'x', value: 20, text: '20' }, { name: 'y', value: 5, text: '5' }]} />);
    expect([...chart.querySelectorAll('.visx-bar')].map((bar) => attributes(bar, 'width'))).toEqual([[440], [110]]);
  });

  it('ranges have a dot at each end', () => {
    const chart = draw(<Ranges {...drawn} height={230} series={[series[0] as Series, series[1] as Series]} values={[[10_000, 20_000], undefined]} names={['x', 'y']} tick={String} />);
    const dots = [...chart.querySelectorAll('[data-range] circle')].map((dot) => Number(dot.getAttribute('cy')));
    expect(dots).toEqual([8, 108]);
  });

  it('a sparkline has gaps where nothing is known, and is none of one value', () => {
    expect(render(<Sparkline values={[1, undefined, 2, 3]} />).container.querySelector('path')?.getAttribute('d')?.match(/[ML]/g)?.join('')).toBe('MML');
    cleanup();
    expect(render(<Sparkline values={[undefined, 3]} />).container.innerHTML).toBe('');
  });
});
