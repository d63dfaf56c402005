import { EventEmitter } from 'node:events';
import { vi } from 'vitest';

// Stands in for JsSIP (vi.mock): the far end of the browser's phone.

export class FakeSession extends EventEmitter {
  ended = false;
  connection = undefined;
  /** The engine takes every answer. */
  answer = vi.fn(() => this.emit('accepted'));
  terminate = vi.fn(() => {
    this.ended = true;
    this.emit('ended');
  });
  isEnded = (): boolean => this.ended;
}

export class UA extends EventEmitter {
  static latest: UA | undefined;
  start(): void {
    UA.latest = this;
    this.emit('registered');
  }
  stop(): void {}
}

export class WebSocketInterface {
  disconnect(): void {}
}

/** The engine rings this browser's phone for a call. */
export function invite(callId: string): FakeSession {
  const session = new FakeSession();
  UA.latest?.emit('newRTCSession', { session, request: { getHeader: () => callId } });
  return session;
}
