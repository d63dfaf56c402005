import { queryOptions, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { client, result } from '../../shared/api/client';
import type { components } from '../../shared/api/schema.gen';

type Schemas = components['schemas'];

export type CallSettings = Schemas['CallSettings'];
export type Hours = Schemas['Hours'];
export type Period = Schemas['Period'];
export type Holiday = Schemas['Holiday'];
export type Override = Schemas['Override'];
export type TeamLevel = Schemas['TeamLevel'];
export type Team = Schemas['Team'];
export type BusinessNumber = Schemas['BusinessNumber'];
export type Trunk = Schemas['Trunk'];
export type TrunkUpdate = Schemas['TrunkUpdate'];
export type TrunkState = Schemas['TrunkState'];
export type Sound = Schemas['Sound'];
export type Rate = Schemas['Rate'];
export type Block = Schemas['Block'];
export type OutboundSettings = Schemas['OutboundSettings'];
export type Caps = Schemas['Caps'];
export type AgentUpdate = Schemas['AgentUpdate'];
export type Workspace = Schemas['Workspace'];
export type Tag = Schemas['Tag'];
export type ProfileField = Schemas['Field'];
export type Key = Schemas['Key'];
export type NewKey = Schemas['NewKey'];
export type Webhook = Schemas['Webhook'];
export type NewWebhook = Schemas['NewWebhook'];
export type WebhookDelivery = Schemas['WebhookDelivery'];
export type Retention = Schemas['Retention'];
export type Job = Schemas['Job'];
export type AuditEntry = Schemas['AuditEntry'];
export type Session = Schemas['Session'];
export type InvitationLink = Schemas['Link'];

const key = (...of: readonly string[]) => ['settings', ...of] as const;

export const settingsQuery = queryOptions({ queryKey: key('workspace'), queryFn: () => result(client.GET('/settings')) });
export const teamsQuery = queryOptions({ queryKey: key('teams'), queryFn: () => result(client.GET('/teams')) });
export const numbersQuery = queryOptions({ queryKey: key('numbers'), queryFn: () => result(client.GET('/numbers')) });
export const agentsQuery = queryOptions({ queryKey: key('agents'), queryFn: () => result(client.GET('/agents')) });
export const soundsQuery = queryOptions({ queryKey: key('sounds'), queryFn: () => result(client.GET('/sounds')) });
export const outboundQuery = queryOptions({ queryKey: key('outbound'), queryFn: () => result(client.GET('/outbound/settings')) });
export const ratesQuery = queryOptions({ queryKey: key('rates'), queryFn: () => result(client.GET('/outbound/rates')) });
export const blocksQuery = queryOptions({ queryKey: key('blocks'), queryFn: () => result(client.GET('/blocks')) });

export const workspaceQuery = queryOptions({ queryKey: key('itself'), queryFn: () => result(client.GET('/workspace')) });
export const tagsQuery = queryOptions({ queryKey: key('tags'), queryFn: () => result(client.GET('/tags')) });
export const fieldsQuery = queryOptions({ queryKey: key('fields'), queryFn: () => result(client.GET('/profile-fields')) });
export const keysQuery = queryOptions({ queryKey: key('keys'), queryFn: () => result(client.GET('/keys')) });
export const webhooksQuery = queryOptions({ queryKey: key('webhooks'), queryFn: () => result(client.GET('/webhooks')) });
export const retentionQuery = queryOptions({ queryKey: key('retention'), queryFn: () => result(client.GET('/retention')) });
export const sessionsQuery = queryOptions({ queryKey: key('sessions'), queryFn: () => result(client.GET('/me/sessions')) });

// A job that runs has soon ended; others begin at night.
const jobLookMs = 2000;
export const jobsQuery = queryOptions({
  queryKey: key('jobs'),
  queryFn: () => result(client.GET('/jobs')),
  refetchInterval: ({ state }) => state.data?.items.some(({ running }) => running) && jobLookMs,
});

// How a trunk stands changes outside: an open page looks again.
const trunkLookMs = 5000;
export const trunksQuery = queryOptions({ queryKey: key('trunks'), queryFn: () => result(client.GET('/trunks')), refetchInterval: trunkLookMs });

/** Fetches something of the settings anew, and gives it. */
export function useFresh() {
  const queries = useQueryClient();
  return {
    /** Everything of the settings that is on screen, after a change of mine. */
    all: () => queries.invalidateQueries({ queryKey: ['settings'] }),
    one: <T>(query: { queryKey: QueryKey; queryFn?: unknown }) => queries.fetchQuery<T>({ ...(query as { queryKey: QueryKey; queryFn: () => Promise<T> }), staleTime: 0 }),
  };
}
