import type { SessionStates } from './sessions';

/** How late an INVITE may be. A ring box that nothing can answer rings in silence. */
const lateMs = 3000;

/**
 * Notices calls that ring for me without an INVITE: it went into a connection that was dead already, and the engine
 * would wait half a minute for an answer to it (RFC 3261, timer B). Each call is told once.
 */
export class LateInvites {
  private readonly waiting = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly told = new Set<string>();

  constructor(private readonly onLate: () => void) {}

  /** To be called when anything has changed. `ringing` holds ids of calls, and nothing while this phone is not ready. */
  look(ringing: readonly string[], sessions: SessionStates): void {
    const missing = ringing.filter((callId) => (sessions[callId] ?? 'early') === 'early');
    for (const callId of [...this.waiting.keys()]) if (!missing.includes(callId)) this.forget(callId);
    for (const callId of [...this.told]) if (!ringing.includes(callId)) this.told.delete(callId);
    for (const callId of missing) {
      if (this.waiting.has(callId) || this.told.has(callId)) continue;
      this.waiting.set(
        callId,
        setTimeout(() => {
          this.forget(callId);
          this.told.add(callId);
          this.onLate();
        }, lateMs),
      );
    }
  }

  private forget(callId: string): void {
    clearTimeout(this.waiting.get(callId));
    this.waiting.delete(callId);
  }
}
