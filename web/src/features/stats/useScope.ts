import { useSearchParams } from 'react-router';
import { serverNow } from '../../shared/format/clock';
import { useMe } from '../../shared/session/me';
import { useMinute } from '../../shared/ui/useMinute';
import { dayIn, ownPeriod, periodOf, presets, type Preset } from './period';
import type { Behind, CallKind, Direction, FigureName, Scope } from './queries';

export const kinds: readonly CallKind[] = ['phone', 'voice', 'video'];
export const directions: readonly Direction[] = ['inbound', 'outbound'];
export const levels = [10, 20, 30, 60] as const;
const usualLevel = 20;

const oneOf = <T extends string>(all: readonly T[], text: string | null): T | undefined => all.find((each) => each === text);
const whole = (text: string | null): number | undefined => (text !== null && /^\d{1,4}$/.test(text) ? Number(text) : undefined);

/** What somebody looks behind stands in the address under these names, beside the filters. */
const behindNames = ['figure', 'agent', 'day', 'reason', 'weekday', 'hour', 'rest'] as const;

/** What the figures are about, and what is looked behind: all of it stands in the address, so that it can be sent and comes back. */
export function useScope() {
  useMinute();
  const { timeZone } = useMe().workspace;
  const [params, setParams] = useSearchParams();
  const today = dayIn(timeZone, serverNow());
  const own = ownPeriod(params.get('from'), params.get('to'));
  const preset: Preset | undefined = own ? undefined : (oneOf(presets, params.get('period')) ?? '7');
  const period = own ?? periodOf(preset ?? '7', today);
  const team = params.get('team');
  const number = params.get('number');
  const kind = oneOf(kinds, params.get('kind'));
  const direction = oneOf(directions, params.get('direction'));
  const scope: Scope = {
    ...period,
    ...(team && { team }),
    ...(number && { number }),
    ...(kind && { kind }),
    ...(direction && { direction }),
    seconds: whole(params.get('seconds')) || usualLevel,
  };
  const set = (changes: Record<string, string | undefined>) =>
    setParams(
      (before) => {
        for (const [name, value] of Object.entries(changes)) {
          if (value) before.set(name, value);
          else before.delete(name);
        }
        return before;
      },
      { replace: true },
    );
  const look = (behind: Behind | undefined) =>
    setParams((before) => {
      for (const name of behindNames) before.delete(name);
      for (const [name, value] of Object.entries(behind ?? {})) if (value !== undefined && value !== false) before.set(name, String(value));
      return before;
    });
  return { scope, preset, today, live: period.to >= today && period.from <= today, compare: params.get('compare') === '1', behind: behindOf(params), set, look, search: `?${kept(params)}` };
}

function behindOf(params: URLSearchParams): Behind | undefined {
  const figure = params.get('figure');
  if (!figure) return undefined;
  const weekday = whole(params.get('weekday'));
  const hour = whole(params.get('hour'));
  const agent = params.get('agent');
  const day = params.get('day');
  const reason = params.get('reason');
  return {
    figure: figure as FigureName, // of an unknown one the server says that there is none
    ...(agent && { agent }),
    ...(day && { day }),
    ...(reason && { reason: reason as NonNullable<Behind['reason']> }),
    ...(weekday !== undefined && hour !== undefined && { weekday, hour }),
    ...(params.get('rest') && { rest: true }),
  };
}

/** What goes along to another page of statistics. */
function kept(params: URLSearchParams): string {
  const rest = new URLSearchParams(params);
  for (const name of [...behindNames, 'sort', 'order']) rest.delete(name);
  return rest.toString();
}
