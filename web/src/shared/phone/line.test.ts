import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Line, type LineState } from './line';

const fake = vi.hoisted(() => ({ agents: [] as unknown[], sockets: [] as string[] }));
vi.mock('jssip', async () => {
  const { EventEmitter } = await import('node:events');
  class UA extends EventEmitter {
    start = vi.fn();
    stop = vi.fn();
    constructor(readonly configuration: object) {
      super();
      fake.agents.push(this);
    }
  }
  class WebSocketInterface {
    constructor(url: string) {
      fake.sockets.push(url);
    }
  }
  return { UA, WebSocketInterface };
});

interface FakeAgent extends EventEmitter {
  configuration: Record<string, unknown>;
  stop: ReturnType<typeof vi.fn>;
}

let phones = 0;
const answer = vi.fn(() => {
  phones += 1;
  const body = { id: `p${phones}`, uri: `sip:p${phones}@desk`, username: `p${phones}`, password: 'secret', socket: `/api/v1/sip?phone=p${phones}` };
  return Promise.resolve(new Response(JSON.stringify(body), { status: 201, headers: { 'Content-Type': 'application/json' } }));
});
vi.mock('../api/client', async () => {
  const { default: createClient } = await import('openapi-fetch');
  const actual = await vi.importActual<typeof import('../api/client')>('../api/client');
  return { ...actual, client: createClient({ baseUrl: 'http://desk', fetch: () => answer() }) };
});

const states: LineState[] = [];
const handlers = {
  onState: (state: LineState) => states.push(state),
  onInvite: vi.fn(),
  reachable: vi.fn(() => true),
  inCall: vi.fn(() => false),
  ringing: vi.fn(() => false),
};
let line: Line;

const latest = () => fake.agents.at(-1) as FakeAgent;
const dropped = (code = 1006) => latest().emit('disconnected', { error: true, code });
const last = () => states.at(-1);

function ready(): FakeAgent {
  latest().emit('registered');
  return latest();
}

beforeEach(async () => {
  vi.useFakeTimers();
  fake.agents.length = fake.sockets.length = states.length = phones = 0;
  handlers.reachable.mockReturnValue(true);
  handlers.inCall.mockReturnValue(false);
  handlers.ringing.mockReturnValue(false);
  line = new Line(handlers);
  line.start();
  await vi.waitFor(() => expect(fake.agents).toHaveLength(1));
});

afterEach(() => {
  line.stop();
  vi.useRealTimers();
});

// The phone registers, and gets new credentials when the old ones end.
describe('line (IN-1)', () => {
  it('registers with the credentials over the given socket', () => {
    ready();
    expect(fake.sockets).toEqual(['ws://localhost:3000/api/v1/sip?phone=p1']);
    expect(latest().configuration).toMatchObject({ uri: 'sip:p1@desk', authorization_user: 'p1', password: 'secret' });
    expect(states).toEqual([{ status: 'connecting', phoneId: undefined }, { status: 'ready', phoneId: 'p1' }]);
  });

  it('takes a new phone when asked to, but not during a call', async () => {
    const first = ready();
    handlers.inCall.mockReturnValue(true);
    line.anew();
    expect(first.stop).not.toHaveBeenCalled();
    handlers.inCall.mockReturnValue(false);
    line.anew();
    expect(first.stop).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2000);
    ready();
    expect(last()).toEqual({ status: 'ready', phoneId: 'p2' });
  });

  it('leaves a lost connection to JsSIP, with the same credentials', async () => {
    handlers.reachable.mockReturnValue(false);
    ready();
    dropped();
    dropped();
    dropped();
    expect(last()).toMatchObject({ status: 'lost', trouble: 'network' });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(fake.agents).toHaveLength(1);
  });

  it('gets new credentials when the connection is lost while it rings, so that it is rung again', async () => {
    handlers.reachable.mockReturnValue(false);
    handlers.ringing.mockReturnValue(true);
    const first = ready();
    dropped();
    expect(first.stop).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(fake.agents).toHaveLength(2));
  });

  it.each([
    ['the registration fails', () => latest().emit('registrationFailed', {})],
    ['the connection is refused twice while the controller answers', () => (dropped(), dropped())],
  ])('gets new credentials when %s', async (_, happen) => {
    const first = ready();
    happen();
    expect(last()).toMatchObject({ status: 'lost', trouble: 'refused' });
    expect(first.stop).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(fake.agents).toHaveLength(2));
    latest().emit('registered');
    expect(last()).toEqual({ status: 'ready', phoneId: 'p2' });
  });

  it('does not wait long for a registration that nobody answers (SYS-3)', async () => {
    const first = latest();
    first.emit('connected');
    await vi.advanceTimersByTimeAsync(7000);
    expect(first.stop).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(2000);
    expect(states).toContainEqual(expect.objectContaining({ status: 'lost', trouble: 'engine' }));
    expect(first.stop).toHaveBeenCalled();
    await vi.waitFor(() => expect(fake.agents).toHaveLength(2));
    latest().emit('connected');
    ready();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(last()).toEqual({ status: 'ready', phoneId: 'p2' });
    expect(fake.agents).toHaveLength(2);
  });
});

// What happens to the phone's connection ends no call, and what recovers is kept.
describe('line in gaps (SYS-3, IN-12)', () => {
  it('ends no call for an unanswered registration, and takes a new phone after it', async () => {
    const first = ready();
    handlers.inCall.mockReturnValue(true);
    dropped(1013);
    first.emit('connected');
    await vi.advanceTimersByTimeAsync(20_000);
    expect(first.stop).not.toHaveBeenCalled();
    handlers.inCall.mockReturnValue(false);
    line.settle();
    expect(first.stop).toHaveBeenCalled();
  });

  it.each([
    ['a refused registration', () => latest().emit('registrationFailed', {})],
    ['two refused connections', () => (dropped(), dropped())],
  ])('keeps a phone that has recovered from %s in a call: the next call rings it already (IN-6)', async (_, happen) => {
    const first = ready();
    handlers.inCall.mockReturnValue(true);
    happen();
    ready();
    handlers.inCall.mockReturnValue(false);
    handlers.ringing.mockReturnValue(true);
    line.settle();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(first.stop).not.toHaveBeenCalled();
    expect(last()).toEqual({ status: 'ready', phoneId: 'p1' });
    expect(fake.agents).toHaveLength(1);
  });

  it('says that the phone system is away, and takes the same credentials up again', async () => {
    const first = ready();
    dropped(1013);
    dropped(1013);
    dropped(1013);
    expect(last()).toMatchObject({ status: 'lost', trouble: 'engine' });
    expect(first.stop).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(20_000);
    latest().emit('registered');
    expect(last()).toEqual({ status: 'ready', phoneId: 'p1' });
  });

  it('says so, too, when it has no credentials yet', async () => {
    ready();
    const away = JSON.stringify({ code: 'unavailable', title: 'away', status: 503 });
    answer.mockResolvedValueOnce(new Response(away, { status: 503, headers: { 'Content-Type': 'application/problem+json' } }));
    latest().emit('registrationFailed', {});
    await vi.advanceTimersByTimeAsync(700);
    expect(last()).toMatchObject({ status: 'lost', trouble: 'engine' });
  });

  it('tries again when no credentials are to be had', async () => {
    ready();
    answer.mockRejectedValueOnce(new TypeError('cut'));
    latest().emit('registrationFailed', {});
    await vi.advanceTimersByTimeAsync(700);
    expect(last()).toMatchObject({ status: 'lost', trouble: 'network' });
    await vi.advanceTimersByTimeAsync(2000);
    await vi.waitFor(() => expect(fake.agents).toHaveLength(2));
  });

  it.each([
    ['its socket is closed for it', () => dropped(4001)],
    ['the live channel says so', () => line.taken()],
  ])('gives the phone up, for good, when %s', async (_, happen) => {
    const first = ready();
    await vi.advanceTimersByTimeAsync(5000);
    happen();
    expect(last()).toMatchObject({ status: 'lost', trouble: 'replaced' });
    expect(first.stop).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fake.agents).toHaveLength(1);
  });

  it('does not take the notice about its own former phone for another browser', () => {
    ready();
    line.taken();
    expect(last()).toMatchObject({ status: 'ready' });
  });

  it('keeps the running call’s sound: the user agent goes only after the call', async () => {
    const first = ready();
    handlers.inCall.mockReturnValue(true);
    latest().emit('registrationFailed', {});
    line.settle();
    expect(first.stop).not.toHaveBeenCalled();
    handlers.inCall.mockReturnValue(false);
    line.settle();
    expect(first.stop).toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1000);
    await vi.waitFor(() => expect(fake.agents).toHaveLength(2));
  });

  it('hands over INVITEs with their call id', () => {
    ready();
    const invite = (header: string | undefined) => latest().emit('newRTCSession', { session: 'session', request: { getHeader: () => header } });
    invite('call-1');
    invite(undefined);
    expect(handlers.onInvite.mock.calls).toEqual([
      ['session', 'call-1'],
      ['session', undefined],
    ]);
  });
});
