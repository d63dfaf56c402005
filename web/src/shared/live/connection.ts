import type { LiveClientMessage, LiveEvent, LiveSnapshot } from '../api/types';
import { attempt } from '../browser/attempt';
import { runningNow } from '../format/clock';
import { backoff } from './backoff';
import { heartbeatMs } from './heartbeat';
import { parseMessage } from './protocol';
import { emptyLive, reduce, type LiveState } from './reducer';

/** connecting: before the first snapshot. lost: there was one, and the connection is gone. */
export type LiveStatus = 'connecting' | 'live' | 'lost';

export interface LiveView {
  status: LiveStatus;
  state: LiveState;
  /** With lost: when the server was last heard, by its clock. The state is that moment's. */
  heardAt?: number;
  /** With lost: the session has ended, and this agent may not come in again. */
  shutOut?: boolean;
}

export interface LiveHandlers {
  /** Every event that was taken in, after the state changed. */
  onEvent: (event: LiveEvent, before: LiveState, after: LiveState) => void;
  /** A snapshot was taken in; `again` when it is not the page's first one. */
  onSnapshot: (snapshot: LiveSnapshot, again: boolean) => void;
  /** The connection could not be made, or was closed because the session has ended. */
  onRefused: () => void;
}

// The close codes (RFC 6455 section 7.4.2) for a session that has ended; see api/openapi.yaml.
const signedOutCode = 4000;
const shutOutCode = 4003;

// A server that accepts the connection but sends no snapshot is treated as gone after this long.
const snapshotDeadlineMs = 10_000;

// The server says something at least every 5 s; one that is silent for longer than two of these and a bit is gone (IN-12).
const silenceMs = 12_000;

/** The live WebSocket with its state; React reads it through subscribe and view (useSyncExternalStore). */
export class LiveConnection {
  private current: LiveView = { status: 'connecting', state: emptyLive };
  /** The newest state. The view has the last that looks different: what only tells of fetched things draws nothing anew. */
  private state: LiveState = emptyLive;
  private readonly listeners = new Set<() => void>();
  private socket: WebSocket | null = null;
  private worker: Worker | null = null;
  private beating: ReturnType<typeof setInterval> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempts = 0;
  private hadSnapshot = false;
  private heardAt = 0;
  private silence: ReturnType<typeof setTimeout> | undefined;
  private phone: { id: string; ready: boolean } | null = null;
  private onPhoneTaken: (() => void) | null = null;

  constructor(
    private readonly url: string,
    private readonly handlers: LiveHandlers,
  ) {}

  readonly view = (): LiveView => this.current;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  start(): void {
    this.beat();
    window.addEventListener('online', this.retryNow);
    window.addEventListener('offline', this.drop);
    // A page that the browser keeps for the back button would hold its socket, and be offered calls in vain.
    window.addEventListener('pagehide', this.drop);
    window.addEventListener('pageshow', this.retryNow);
    this.open();
  }

  /** Without a worker the page's own timer beats: slower while the page is hidden, but it beats. */
  private beat(): void {
    const beat = () => this.send({ type: 'heartbeat' });
    this.worker = attempt(() => new Worker(new URL('./heartbeat.worker.ts', import.meta.url), { type: 'module' }), null);
    const byPage = () => {
      this.beating ??= setInterval(beat, heartbeatMs);
    };
    if (!this.worker) return byPage();
    this.worker.onmessage = beat;
    this.worker.onerror = byPage; // its file did not come, or may not run
  }

  stop(): void {
    this.worker?.terminate();
    clearInterval(this.beating);
    window.removeEventListener('online', this.retryNow);
    window.removeEventListener('offline', this.drop);
    window.removeEventListener('pagehide', this.drop);
    window.removeEventListener('pageshow', this.retryNow);
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.detach();
  }

  /** Tells the server whether this browser's phone can be rung; told again after every reconnect. */
  reportPhone(id: string, ready: boolean): void {
    if (this.phone?.id === id && this.phone.ready === ready) return;
    this.phone = { id, ready };
    if (this.current.status === 'live') this.send({ type: 'phone', phone: id, ready });
  }

  /** Who is told when this browser's phone was opened in another one. */
  whenPhoneTaken(listener: (() => void) | null): void {
    this.onPhoneTaken = listener;
  }

  readonly retryNow = (): void => {
    if (this.current.status === 'live' || this.socket) return;
    clearTimeout(this.timer);
    this.open();
  };

  private open(): void {
    const socket = new WebSocket(this.url);
    this.socket = socket;
    let opened = false;
    this.timer = setTimeout(this.drop, snapshotDeadlineMs);
    socket.onopen = () => {
      opened = true;
    };
    socket.onmessage = (event) => this.receive(String(event.data));
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      const shutOut = code === shutOutCode;
      if (!opened || shutOut || code === signedOutCode) this.handlers.onRefused();
      this.drop();
      if (shutOut) this.update({ ...this.current, shutOut });
    };
  }

  private receive(text: string): void {
    this.heard();
    const message = parseMessage(text);
    if (message === 'unreadable') return this.drop();
    if (message === 'unknown') return;
    if (message.type === 'phone') return this.onPhoneTaken?.();
    const before = this.state;
    const { state, outcome } = reduce(before, message);
    this.state = state;
    switch (outcome) {
      case 'gap':
        return this.drop();
      case 'ignored':
        if (!looksSame(before, state)) this.update({ ...this.current, state });
        return;
      case 'snapshot':
        if (message.type === 'snapshot') this.welcome(message, state);
        return;
      case 'applied':
        if (!looksSame(before, state)) this.update({ status: 'live', state });
        if (message.type === 'event') this.handlers.onEvent(message, before, state);
    }
  }

  private welcome(snapshot: LiveSnapshot, state: LiveState): void {
    clearTimeout(this.timer);
    this.attempts = 0;
    const again = this.hadSnapshot;
    this.hadSnapshot = true;
    this.update({ status: 'live', state });
    this.send({ type: 'heartbeat' });
    if (this.phone) this.send({ type: 'phone', phone: this.phone.id, ready: this.phone.ready });
    this.handlers.onSnapshot(snapshot, again);
  }

  private heard(): void {
    this.heardAt = runningNow();
    clearTimeout(this.silence);
    this.silence = setTimeout(this.drop, silenceMs);
  }

  private readonly drop = (): void => {
    this.detach();
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    const { state } = this;
    this.update(this.hadSnapshot ? { state, status: 'lost', heardAt: this.heardAt } : { state, status: 'connecting' });
    this.timer = setTimeout(() => this.open(), backoff(this.attempts++));
  };

  private detach(): void {
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private send(message: LiveClientMessage): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  private update(view: LiveView): void {
    this.current = view;
    for (const listener of this.listeners) listener();
  }
}

/** Whether two states differ in nothing but the number of the last message. */
const looksSame = (a: LiveState, b: LiveState): boolean => a.me === b.me && a.agents === b.agents && a.calls === b.calls && a.engine === b.engine;
