import { HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { createOpenApiHttp } from 'openapi-msw';
import { apiBase } from '../shared/api/client';
import type { paths } from '../shared/api/schema.gen';
import type { Problem } from '../shared/api/types';
import { call, counts, ringCheckOf } from './samples';

/** The controller's end of the REST API in tests. What the contract does not let it answer does not compile here. */
export const api = createOpenApiHttp<paths>({ baseUrl: `*${apiBase}` });

/** A refusal (RFC 9457) with a sentence for people. */
export const problem = (status: number, code: Problem['code'], title: string, why: Pick<Problem, 'field' | 'reason' | 'params'> = {}) =>
  HttpResponse.json<Problem>({ type: 'about:blank', title, status, code, ...why }, { status, headers: { 'Content-Type': 'application/problem+json' } });

/** What every desk asks for; a test says with `server.use` what it is about. */
export const server = setupServer(
  api.post('/phone', ({ response }) =>
    response(201).json({ id: 'phone-1', uri: 'sip:phone-1@127.0.0.1', username: 'phone-1', password: 'secret', socket: '/sip' }),
  ),
  api.get('/ice-servers', ({ response }) => response(200).json({ servers: [] })),
  api.get('/me/ring-check', ({ response }) => response(200).json(ringCheckOf())),
  api.get('/settings', ({ response }) => response(200).json({ settings: {}, defaults: { ringSeconds: 20, automatic: true, blockDays: 30 } })),
  api.get('/numbers', ({ response }) => response(200).json({ items: [] })),
  api.get('/contacts', ({ response }) => response(200).json({ items: [] })),
  api.get('/outbound/check', ({ query, response }) => response(200).json({ to: query.get('to') ?? '', allowed: true, emergency: false, country: 'KR', perMinute: 0 })),
  api.get('/teams', ({ response }) => response(200).json({ items: [] })),
  api.get('/tags', ({ response }) => response(200).json({ items: [] })),
  api.get('/conversations', ({ response }) => response(200).json({ items: [] })),
  api.get('/conversations/counts', ({ response }) => response(200).json(counts())),
  api.post('/conversations/{id}/read', ({ response }) => response(204).empty()),
  api.get('/conversations/{id}/events', ({ response }) => response(200).json({ items: [] })),
);

/** Takes what is done in calls, or refuses it; gives what was asked for: the call, the action, its digits and with whom. */
export function takesCommands(refusal?: () => ReturnType<typeof problem>): string[] {
  const asked: string[] = [];
  server.use(
    api.post('/calls/{id}/{action}', async ({ params, request, response }) => {
      const { digits, agentId, teamId } = (await request.json()) ?? {};
      asked.push([params.id, params.action, digits, agentId, teamId].filter(Boolean).join(' '));
      return refusal ? response.untyped(refusal()) : response(200).json(call({ id: params.id }));
    }),
  );
  return asked;
}
