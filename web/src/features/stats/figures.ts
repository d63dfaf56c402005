import { clock } from '../../shared/format/duration';
import type { Report, ReportAgent, ReportTotal } from './queries';
import { agentUnits, units } from './figures.en';

export type FigureKey = keyof typeof units;
export type AgentFigureKey = keyof typeof agentUnits;
type Unit = (typeof units)[FigureKey];

/** What stands on top; the others follow in a table. */
export const headline: readonly FigureKey[] = ['calls', 'inboundCompletion', 'outboundCompletion', 'meanTalkMs', 'firstResponseMs', 'serviceLevel'];
export const figureKeys = Object.keys(units) as FigureKey[];
export const agentFigureKeys = Object.keys(agentUnits) as AgentFigureKey[];

const none = '–';

export function written(unit: Unit, value: number | undefined, locale: string): string {
  if (value === undefined) return none;
  switch (unit) {
    case 'count':
      return new Intl.NumberFormat(locale).format(value);
    case 'time':
      return clock(value);
    case 'share':
      return percent(value, locale);
    case 'grade':
      return new Intl.NumberFormat(locale, { maximumFractionDigits: 1, minimumFractionDigits: 1 }).format(value);
  }
}

export const percent = (share: number, locale: string): string => new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: share === 1 || share === 0 ? 0 : 1 }).format(share);

export const figure = (key: FigureKey, total: ReportTotal, locale: string): string => written(units[key], total[key], locale);
export const agentFigure = (key: AgentFigureKey, agent: ReportAgent, locale: string): string => written(agentUnits[key], agent[key], locale);

export interface Change {
  direction: 'up' | 'down' | 'same';
  text: string;
}

/** How a figure has changed since the period before: counts and times in per cent, shares in points. */
export function change(key: FigureKey, { total, before }: Report, locale: string): Change | undefined {
  const now = total[key];
  const then = before?.[key];
  if (now === undefined || then === undefined) return undefined;
  const unit = units[key];
  if (unit === 'share') return told(Math.round((now - then) * 1000) / 10, (n) => `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(n)}%p`);
  if (unit === 'grade') return told(Math.round((now - then) * 10) / 10, (n) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(n));
  if (then === 0) return now === 0 ? told(0, () => '0%') : undefined;
  return told(Math.round(((now - then) / then) * 100), (n) => `${new Intl.NumberFormat(locale).format(n)}%`);
}

const told = (by: number, say: (n: number) => string): Change => ({ direction: by > 0 ? 'up' : by < 0 ? 'down' : 'same', text: say(Math.abs(by)) });
