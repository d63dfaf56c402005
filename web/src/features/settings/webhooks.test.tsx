import { screen, waitFor, within } from '@testing-library/react';
import { Route, Routes } from 'react-router';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { setUp, show } from '../../testing/desk';
import { api, problem, server } from '../../testing/server';
import type { Webhook, WebhookDelivery } from './queries';
import Settings from './Settings';

vi.mock('jssip', () => import('../../testing/jssip'));
setUp();
beforeAll(() => import('./pages/WebhooksPage'), 60_000); // otherwise the first test waits for it

const desk = (
  <Routes>
    <Route path="/settings/:page?/:id?" element={<Settings />} />
  </Routes>
);
const at = (path: string, rest = {}) => show(desk, { as: { role: 'admin' }, path: `/settings/${path}`, ...rest });

const webhook = (rest: Partial<Webhook> = {}): Webhook => ({ id: 'w1', name: 'CRM', url: 'https://crm.example/calls', events: ['call.missed'], enabled: true, pending: 0, dead: 0, createdAt: '2026-11-01T00:00:00Z', ...rest });
const delivery = (rest: Partial<WebhookDelivery> = {}): WebhookDelivery => ({
  id: 'd1',
  eventId: 'e1',
  type: 'call.missed',
  at: '2026-11-30T08:00:00Z',
  callId: 'c1',
  sequence: 2,
  state: 'dead',
  attempts: 31,
  lastAt: '2026-12-01T08:00:00Z',
  status: 503,
  tookMs: 12,
  error: 'It answers 503 Service Unavailable: only 200 to 299 say that it has the event.',
  response: 'down for repairs',
  body: '{"type":"call.missed"}',
  ...rest,
});

describe('webhooks (ADM-6, ADM-2)', () => {
  it.each([
    ['en', ['all delivered · crm.example · 1 event', 'off · crm.example · 1 event', '3 given up · crm.example · 1 event']],
    ['ko', ['모두 전송됨 · crm.example · 이벤트 1개', '꺼짐 · crm.example · 이벤트 1개', '포기 3개 · crm.example · 이벤트 1개']],
  ] as const)('are listed with how they stand (%s)', async (locale, facts) => {
    server.use(api.get('/webhooks', ({ response }) => response(200).json({ items: [webhook(), webhook({ id: 'w2', enabled: false }), webhook({ id: 'w3', dead: 3, pending: 1 })] })));
    await at('webhooks', { locale });
    const rows = within(await screen.findByRole('list', { name: locale === 'en' ? 'Webhooks' : '웹훅' })).getAllByRole('listitem');
    expect(rows.map((row) => row.textContent)).toEqual(facts.map((each) => `CRM${each}`));
  });

  it('show their secret once, and are refused an address with what to do', async () => {
    const asked: unknown[] = [];
    server.use(
      api.get('/webhooks', ({ response }) => response(200).json({ items: [] })),
      api.post('/webhooks', async ({ request, response }) => {
        const body = await request.json();
        asked.push(body);
        if (body.url.startsWith('http:')) return response.untyped(problem(400, 'invalid', 'No.', { field: 'url', reason: 'badWebhookUrl', params: { text: 'use https://.' } }));
        return response(201).json({ webhook: webhook({ name: body.name }), secret: 'whsec_s3cret' });
      }),
    );
    const { user } = await at('webhooks/new');
    await user.type(await screen.findByLabelText('Name', { selector: 'input' }), 'CRM');
    await user.type(screen.getByLabelText('Address', { selector: 'input' }), 'http://crm.example');
    await user.click(screen.getByRole('checkbox', { name: 'on hold' }));
    await user.click(screen.getByRole('button', { name: /^Make the webhook/ }));
    expect(await screen.findByText(/use https:\/\//)).toBeTruthy();
    await user.clear(screen.getByLabelText('Address', { selector: 'input' }));
    await user.type(screen.getByLabelText('Address', { selector: 'input' }), 'https://crm.example');
    await user.click(screen.getByRole('button', { name: /^Make the webhook/ }));
    expect((await screen.findByLabelText<HTMLInputElement>('Secret', { selector: 'input' })).value).toBe('whsec_s3cret');
    const sent = asked.at(-1) as { events: string[] };
    expect(sent.events).toHaveLength(10);
    expect(sent.events).not.toContain('call.held');
    await user.click(screen.getByText('Python'));
    await user.click(screen.getByRole('button', { name: 'Copy the sample' }));
    expect(await navigator.clipboard.readText()).toContain('from standardwebhooks import Webhook');
  });

  it('show what was sent and how it went, and send it again, test, replay and rotate', async () => {
    const asked: unknown[] = [];
    server.use(
      api.get('/webhooks', ({ response }) => response(200).json({ items: [webhook()] })),
      api.get('/webhooks/{id}/deliveries', ({ query, response }) => {
        asked.push(query.get('state'));
        return response(200).json({ items: query.get('state') === 'pending' ? [] : [delivery()] });
      }),
      api.post('/webhooks/{id}/deliveries/{deliveryId}/resend', ({ params, response }) => {
        asked.push(`resend ${params.deliveryId}`);
        return response(202).empty();
      }),
      api.post('/webhooks/{id}/test', ({ response }) => {
        asked.push('test');
        return response(202).json({ deliveryId: 'd2' });
      }),
      api.post('/webhooks/{id}/replay', async ({ request, response }) => {
        asked.push(await request.json());
        return response(202).json({ deliveries: 7 });
      }),
      api.post('/webhooks/{id}/secret', async ({ request, response }) => {
        asked.push(await request.json());
        return response(200).json({ webhook: webhook(), secret: 'whsec_new' });
      }),
    );
    const { user } = await at('webhooks/w1');
    const list = await screen.findByRole('list', { name: 'Last deliveries' });
    expect(list.textContent).toMatch(/missed.*Given up · 31 attempts · answer 503 · 12 ms/);
    expect(within(list).getByText(/only 200 to 299/)).toBeTruthy();
    expect(within(list).getByText('down for repairs')).toBeTruthy();
    await user.click(within(list).getByText('missed'));
    await user.click(within(list).getByRole('button', { name: /^Send again: missed/ }));
    await waitFor(() => expect(asked).toContain('resend d1'));
    await user.click(screen.getByRole('button', { name: 'Send a test' }));
    await waitFor(() => expect(asked).toContain('test'));
    await user.click(screen.getByText('Waiting'));
    expect(await screen.findByText('None')).toBeTruthy();
    await user.type(screen.getByLabelText('Since'), '2026-11-30T09:00');
    await user.click(screen.getByRole('button', { name: 'Send all again' }));
    expect(await screen.findByText('7 events are sent again.')).toBeTruthy();
    expect(asked).toContainEqual({ from: new Date('2026-11-30T09:00').toISOString() });
    await user.click(screen.getByRole('checkbox', { name: /The old one ends at once/ }));
    await user.click(screen.getByRole('button', { name: 'New secret' }));
    expect((await screen.findByLabelText<HTMLInputElement>('Secret', { selector: 'input' })).value).toBe('whsec_new');
    expect(asked).toContainEqual({ atOnce: true });
  });

  it('that are off are not tested', async () => {
    server.use(api.get('/webhooks', ({ response }) => response(200).json({ items: [webhook({ enabled: false })] })), api.get('/webhooks/{id}/deliveries', ({ response }) => response(200).json({ items: [] })));
    await at('webhooks/w1', { locale: 'ko' });
    expect(await screen.findByText('아직 보낸 것이 없어요')).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: '시험 보내기' }).disabled).toBe(true);
  });
});
