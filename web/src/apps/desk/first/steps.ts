import { queryOptions, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTestCall } from '../../../features/calls/useTestCall';
import { client, result } from '../../../shared/api/client';
import { askForNotices, noticePermission } from '../../../shared/browser/notice';
import { keep, recall } from '../../../shared/browser/storage';
import { usePhone, usePhoneView } from '../../../shared/phone/PhoneProvider';
import { Ringer } from '../../../shared/phone/ringer';
import { useMe } from '../../../shared/session/me';

export type OwnersStep = 'sound' | 'testCall' | 'number' | 'hours' | 'agents';
export type AgentsStep = 'microphone' | 'notices' | 'app' | 'practice';

export interface Step {
  name: OwnersStep | AgentsStep;
  done: boolean;
  /** How to take it: on a page, here, or both; absent where the browser's own menu must be used. */
  to?: string;
  run?: () => void;
  running?: boolean;
}

// Somebody sets things up in another window meanwhile.
const lookMs = 5000;
const looking = { refetchInterval: lookMs };

const numbersQuery = queryOptions({ queryKey: ['first', 'numbers'] as const, queryFn: () => result(client.GET('/numbers')), ...looking });
const trunksQuery = queryOptions({ queryKey: ['first', 'trunks'] as const, queryFn: () => result(client.GET('/trunks')), ...looking });
const settingsQuery = queryOptions({ queryKey: ['first', 'settings'] as const, queryFn: () => result(client.GET('/settings')), ...looking });
const agentsQuery = queryOptions({ queryKey: ['first', 'agents'] as const, queryFn: () => result(client.GET('/agents')), ...looking });
const callsQuery = queryOptions({ queryKey: ['first', 'calls'] as const, queryFn: () => result(client.GET('/calls', { params: { query: { limit: 20 } } })), ...looking });

/** What has been tried in this browser is known to it alone. */
const triedKey = (what: 'sound' | 'practice') => `ringdesk.first.${what}`;

function useTried(what: 'sound' | 'practice'): [boolean, () => void] {
  const [tried, setTried] = useState(() => recall(triedKey(what)) !== undefined);
  return [
    tried,
    () => {
      keep(triedKey(what), '1');
      setTried(true);
    },
  ];
}

/** What an owner sets up before the first call, ticked by how things really stand. */
export function useOwnersSteps(): { steps: Step[]; number: string | undefined } {
  const { microphone } = usePhoneView();
  const [heard, hear] = useTried('sound');
  const testCall = useTestCall();
  const numbers = useQuery(numbersQuery).data?.items ?? [];
  const trunks = useQuery(trunksQuery).data?.items ?? [];
  const settings = useQuery(settingsQuery).data?.settings;
  const agents = useQuery(agentsQuery).data?.items ?? [];
  const calls = useQuery(callsQuery).data?.items ?? [];
  const works = trunks.some(({ state }) => state !== 'rejected' && state !== 'unreachable');
  return {
    number: numbers[0]?.number,
    steps: [
      { name: 'sound', done: heard && microphone === 'ok', to: '/settings/devices', run: hear },
      { name: 'testCall', done: calls.some((call) => call.direction === 'inbound' && call.answeredAt), run: () => testCall.mutate(), running: testCall.isPending },
      { name: 'number', done: numbers.length > 0 && works, to: numbers.length > 0 ? '/settings/trunks' : '/settings/numbers' },
      { name: 'hours', done: settings?.hours !== undefined, to: '/settings/hours' },
      { name: 'agents', done: agents.length > 1, to: '/settings/agents/new' },
    ],
  };
}

const practiceMs = 3200;

/** What an agent sets up in a new browser. */
export function useAgentsSteps(): Step[] {
  const { preferences } = useMe();
  const { microphone } = usePhoneView();
  const phone = usePhone();
  const [notices, setNotices] = useState(noticePermission);
  const [practised, noteRing] = useTried('practice');
  const [ringer] = useState(() => new Ringer(() => undefined));
  const ring = () => {
    noteRing();
    ringer.start(preferences);
    setTimeout(() => ringer.stop(), practiceMs);
  };
  return [
    { name: 'microphone', done: microphone === 'ok', run: () => void phone.testMicrophone() },
    { name: 'notices', done: notices === 'granted', ...(notices === 'default' && { run: () => void askForNotices().then(setNotices) }) },
    { name: 'app', done: window.matchMedia('(display-mode: standalone)').matches },
    { name: 'practice', done: practised, run: ring },
  ];
}
