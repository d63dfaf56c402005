import type { LiveMessage, LiveSnapshot } from '../shared/api/types';
import type { Change } from '../shared/live/change';
import { FakeSocket } from './browser';
import { agent, me } from './samples';

/** The server's end of the page's live connection. */
export class LiveServer {
  private seq = 0;

  /** How things stand, on a connection that has just been made or for a new beginning on this one. */
  shows(rest: Partial<LiveSnapshot> = {}): void {
    this.socket.onopen?.();
    this.seq = 1;
    this.send({ type: 'snapshot', seq: this.seq, me: me(), agents: [agent()], calls: [], engine: { up: true, since: '2026-11-23T00:00:00Z' }, unchangedMs: Number.MAX_SAFE_INTEGER, ...rest });
  }

  tells(change: Change): void {
    this.seq += 1;
    this.send({ type: 'event', seq: this.seq, ...change });
  }

  /** The phone system is gone, or back. */
  engine(up: boolean): void {
    this.send({ type: 'engine', up, since: '2026-11-23T05:05:00Z' });
  }

  /** The connection is cut; RFC 6455 section 7.4.1 gives 1006 for one that was not closed. */
  loses(): void {
    this.socket.onclose?.({ code: 1006 });
  }

  /** The connection is closed because the session has ended (api/openapi.yaml). */
  signsOut(): void {
    this.socket.onclose?.({ code: 4000 });
  }

  shutsOut(): void {
    this.socket.onclose?.({ code: 4003 });
  }

  private send(message: LiveMessage): void {
    this.socket.onmessage?.({ data: JSON.stringify(message) });
  }

  private get socket(): FakeSocket {
    const socket = FakeSocket.all.findLast((candidate) => candidate.url.endsWith('/live'));
    if (!socket) throw new Error('the page has not opened its live connection');
    return socket;
  }
}
