import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { simulateQuery, type Figures, type FlowFile, type SimulationRequest } from './queries';

/** The call that is tried, and what its caller, servers and agents do. */
export interface Trial {
  from: string;
  to: string;
  /** As a field for date and time has it; empty is now. */
  at: string;
  keys: readonly string[];
  ends: Readonly<Record<string, readonly string[]>>;
  lookups: Readonly<Record<string, string>>;
  stays: boolean;
  /** How queues stand, by team, where not as they do now. */
  queues: Readonly<Record<string, Figures>>;
}

const fresh = { keys: [], ends: {}, lookups: {}, queues: {} };

function requestOf(files: FlowFile[], { from, to, at, keys, ends, lookups, stays, queues }: Trial): SimulationRequest {
  const when = at && !Number.isNaN(Date.parse(at)) ? { at: new Date(at).toISOString() } : {};
  return { files, to, ...(from.trim() && { from: from.trim() }), ...when, keys: [...keys], ends: Object.fromEntries(Object.entries(ends).map(([step, each]) => [step, [...each]])), lookups: { ...lookups }, stays, queues: { ...queues } };
}

/** A call in the draft, tried anew with whatever changes. What was there stays until the new way has come. */
export function useSimulation(files: FlowFile[], right: boolean, number: string) {
  const [trial, setTrial] = useState<Trial>({ from: '010-1234-5678', to: number, at: '', stays: false, ...fresh });
  const query = useQuery({ ...simulateQuery(requestOf(files, trial)), enabled: right && trial.to !== '', placeholderData: (before) => before });
  const change = (part: Partial<Trial>) => setTrial({ ...trial, ...part });
  return {
    trial,
    query,
    change,
    /** Another call begins without keys. */
    restart: (part: Partial<Trial> = {}) => change({ ...fresh, ...part }),
    /** What is pressed in a step; what was pressed behind it is gone. */
    press: (used: number, key: string) => change({ keys: [...silent(trial.keys, used), key] }),
    /** How a queue or transfer ends, the `times`-th time. */
    end: (step: string, times: number, how: string) => change({ ends: { ...trial.ends, [step]: [...padded(trial.ends[step] ?? [], times), how] } }),
    stands: (team: string, figures: Figures) => change({ queues: { ...trial.queues, [team]: figures } }),
    answer: (step: string, json: string) => change({ lookups: { ...trial.lookups, [step]: json } }),
  };
}

/** What was pressed before, with silence where nothing was. */
const silent = (keys: readonly string[], n: number): string[] => Array.from({ length: n }, (_, i) => keys[i] ?? '-');
const padded = (ends: readonly string[], n: number): string[] => Array.from({ length: n }, (_, i) => ends[i] ?? 'answered');

export type Simulating = ReturnType<typeof useSimulation>;
