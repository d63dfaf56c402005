import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { agent, call, me } from '../../testing/samples';
import { backoff } from './backoff';
import { LiveConnection } from './connection';

class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: unknown[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen?.();
  }
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.readyState = 3;
  }
  lose(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

class FakeWorker {
  static latest: FakeWorker | undefined;
  onmessage: (() => void) | null = null;
  constructor() {
    FakeWorker.latest = this;
  }
  terminate(): void {
    this.onmessage = null;
  }
}

const engine = { up: true, since: '2026-11-23T00:00:00Z' };
const snapshot = (seq: number) => ({ type: 'snapshot', seq, me: me(), agents: [agent()], calls: [call()], engine });
const handlers = { onEvent: vi.fn(), onSnapshot: vi.fn(), onRefused: vi.fn() };
let connection: LiveConnection;

function latest(): FakeSocket {
  const socket = FakeSocket.all.at(-1);
  if (!socket) throw new Error('no socket was opened');
  return socket;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('Worker', FakeWorker);
  FakeSocket.all = [];
  Object.values(handlers).forEach((handler) => handler.mockClear());
  connection = new LiveConnection('ws://desk/live', handlers);
  connection.start();
});

afterEach(() => {
  connection.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function goLive(seq = 1): FakeSocket {
  const socket = latest();
  socket.open();
  socket.say(snapshot(seq));
  return socket;
}

describe('live connection (INBOX-1, IN-12)', () => {
  it('is live from the first snapshot on and says its heartbeat at once and on every tick', () => {
    expect(connection.view().status).toBe('connecting');
    const socket = goLive();
    expect(connection.view().status).toBe('live');
    FakeWorker.latest?.onmessage?.();
    expect(socket.sent).toEqual([{ type: 'heartbeat' }, { type: 'heartbeat' }]);
    expect(handlers.onSnapshot).toHaveBeenCalledExactlyOnceWith(expect.anything(), false);
  });

  it('connects anew after a loss and tells that what was fetched may be behind', () => {
    goLive().lose();
    expect(connection.view().status).toBe('lost');
    expect(connection.view().state.calls['call-1']).toBeDefined();
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.all).toHaveLength(2);
    goLive(1);
    expect(connection.view().status).toBe('live');
    expect(handlers.onSnapshot).toHaveBeenLastCalledWith(expect.anything(), true);
  });

  it('connects anew on a gap, once', () => {
    const socket = goLive();
    socket.say({ type: 'event', seq: 3, topic: 'call', data: call() });
    socket.say({ type: 'event', seq: 4, topic: 'call', data: call() });
    expect(socket.readyState).toBe(3);
    expect(handlers.onEvent).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('keeps the connection on a resync', () => {
    const socket = goLive(8);
    socket.say({ type: 'resync' });
    socket.say(snapshot(9));
    expect(FakeSocket.all).toHaveLength(1);
    expect(handlers.onSnapshot).toHaveBeenLastCalledWith(expect.anything(), true);
  });

  it('leaves unknown types alone and closes on unreadable ones', () => {
    const socket = goLive();
    socket.say({ type: 'weather' });
    expect(socket.readyState).toBe(1);
    socket.onmessage?.({ data: '{' });
    expect(socket.readyState).toBe(3);
  });

  it('repeats the phone’s state after a reconnect, and only changes before', () => {
    const first = goLive();
    connection.reportPhone('p', true);
    connection.reportPhone('p', true);
    expect(first.sent.filter((m) => (m as { type: string }).type === 'phone')).toEqual([{ type: 'phone', phone: 'p', ready: true }]);
    first.lose();
    vi.advanceTimersByTime(1000);
    expect(goLive().sent).toContainEqual({ type: 'phone', phone: 'p', ready: true });
  });

  it('passes on that the phone was opened elsewhere', () => {
    const taken = vi.fn();
    connection.whenPhoneTaken(taken);
    goLive().say({ type: 'phone', ready: false, elsewhere: true });
    expect(taken).toHaveBeenCalledOnce();
    expect(connection.view().status).toBe('live');
  });

  it.each([
    ['a refused handshake', () => latest().lose()],
    ['the close code of an ended session', () => goLive().lose(4000)],
  ])('asks who is signed in after %s', (_, happen) => {
    happen();
    expect(handlers.onRefused).toHaveBeenCalledOnce();
  });

  it('takes a server for lost that says nothing for 12 s, and tells when it was last heard', () => {
    vi.setSystemTime('2026-11-23T05:05:12Z');
    const socket = goLive();
    vi.advanceTimersByTime(5000);
    socket.say({ type: 'engine', ...engine });
    vi.advanceTimersByTime(11_900);
    expect(connection.view().status).toBe('live');
    vi.advanceTimersByTime(200);
    expect(connection.view()).toMatchObject({ status: 'lost', heardAt: Date.parse('2026-11-23T05:05:17Z') });
    expect(socket.readyState).toBe(3);
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it('knows how the engine is, and is not shown anew for a mere sign of life', () => {
    const socket = goLive();
    expect(connection.view().state.engine).toEqual(engine);
    const shown = vi.fn();
    connection.subscribe(shown);
    socket.say({ type: 'engine', ...engine });
    expect(shown).not.toHaveBeenCalled();
    socket.say({ type: 'engine', up: false, since: '2026-11-23T05:05:00Z' });
    expect(connection.view().state.engine).toEqual({ up: false, since: '2026-11-23T05:05:00Z' });
  });

  it('does not wait for ever for a snapshot', () => {
    latest().open();
    vi.advanceTimersByTime(10_000);
    expect(latest().readyState).toBe(3);
  });
});

describe('backoff', () => {
  it('doubles up to its limit, with jitter', () => {
    expect([0, 1, 2, 20].map((n) => backoff(n, () => 0))).toEqual([500, 1000, 2000, 10_000]);
    expect(backoff(0, () => 1)).toBe(625);
  });
});
