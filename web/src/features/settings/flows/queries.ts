import { queryOptions } from '@tanstack/react-query';
import { client, result } from '../../../shared/api/client';
import type { components } from '../../../shared/api/schema.gen';

type Schemas = components['schemas'];

export type Flows = Schemas['Flows'];
export type FlowFile = Schemas['FlowFile'];
export type FlowVersion = Schemas['FlowVersion'];
export type Diagnostic = Schemas['FlowDiagnostic'];
export type FileDiff = Schemas['FlowFileDiff'];
export type Replay = Schemas['FlowReplay'];
export type Simulation = Schemas['FlowSimulation'];
export type SimulationRequest = Schemas['FlowSimulationRequest'];
export type Step = Schemas['FlowStep'];
export type Doing = Schemas['FlowDoing'];
export type Figures = Schemas['FlowQueueFigures'];
export type Candidates = Schemas['FlowCandidates'];
export type Position = Schemas['FlowPosition'];

/** How soon a folder's change on the server is seen. */
const folderLookMs = 5000;

export const flowsQuery = queryOptions({
  queryKey: ['settings', 'flows'],
  queryFn: () => result(client.GET('/flows')),
  refetchInterval: ({ state }) => state.data?.folder && folderLookMs,
});

export const versionsQuery = queryOptions({
  queryKey: ['settings', 'flowVersions'],
  queryFn: () => result(client.GET('/flows/versions', { params: { query: { limit: 100 } } })),
});

/** What is wrong with files; the same files are asked about once. */
export const checkQuery = (files: FlowFile[]) =>
  queryOptions({ queryKey: ['flowCheck', files], queryFn: () => result(client.POST('/flows/check', { body: { files } })), staleTime: 60_000 });

export const simulateQuery = (request: SimulationRequest) =>
  queryOptions({ queryKey: ['flowSimulation', request], queryFn: () => result(client.POST('/flows/simulate', { body: request })), retry: false });

/** The difference of a version to files, or to another version. */
export const diffQuery = (from: number, to: FlowFile[] | number) =>
  queryOptions({
    queryKey: ['flowDiff', from, to],
    queryFn: () => result(client.POST('/flows/diff', { body: typeof to === 'number' ? { from, to } : { from, files: to } })),
  });

export const replayQuery = (files: FlowFile[]) =>
  queryOptions({ queryKey: ['flowReplay', files], queryFn: () => result(client.POST('/flows/replay', { body: { files, calls: 20 } })), retry: false });
