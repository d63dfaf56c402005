import type { Socket, UA } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { IncomingRTCSessionEvent, RTCSessionEvent } from 'jssip/lib/UA';
import { client, result } from '../api/client';
import { ApiError } from '../api/problem';
import type { PhoneCredentials } from '../api/types';
import { backoff } from '../live/backoff';

/**
 * network: no connection. engine: the controller answers, the phone system behind it does not. refused: the credentials
 * are not taken (any more). replaced: another computer has the phone.
 */
export type LineTrouble = 'network' | 'engine' | 'refused' | 'replaced';

export type LineState =
  | { status: 'connecting' | 'ready'; phoneId?: string }
  | { status: 'lost'; trouble: LineTrouble; phoneId?: string };

export interface LineHandlers {
  onState: (state: LineState) => void;
  /** An INVITE came. Without a call id it is none of ours. */
  onInvite: (session: RTCSession, callId: string | undefined) => void;
  /** Whether the controller answers otherwise: then a failed SIP connection means refused credentials. */
  reachable: () => boolean;
  /** Whether a call is up. Its sound outlives the SIP connection, but not the user agent. */
  inCall: () => boolean;
  /** Whether an INVITE waits for an answer. */
  ringing: () => boolean;
}

// Close codes, see api/openapi.yaml: the phone was opened in another browser; the phone system cannot be reached.
const replacedCode = 4001;
const engineGoneCode = 1013;
// Connection attempts that fail while the controller is reachable before new credentials are fetched.
const failuresBeforeRenewal = 2;
// How long the phone system may take to answer a registration. It does at once or, if it was only starting, never: a SIP
// client itself waits 32 s (RFC 3261, section 17.1.2.2, timer F).
const registerMs = 8000;
// The notice that a phone was replaced does not name it. Around our own fetching it means our former phone.
const ownNoticeMs = 1000;

/** The browser's SIP registration over WebSocket (RFC 7118), with credentials that are renewed when they end. */
export class Line {
  private ua: UA | undefined;
  private socket: Socket | undefined;
  private stopped = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private answerTimer: ReturnType<typeof setTimeout> | undefined;
  private attempts = 0;
  private failures = 0;
  private phone: PhoneCredentials | undefined;
  private fetching = false;
  private afterCall: 'renew' | 'stop' | undefined;
  private fetchedAt = 0;

  constructor(private readonly handlers: LineHandlers) {}

  start(): void {
    this.stopped = false;
    this.afterCall = undefined;
    this.report({ status: 'connecting' });
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.afterCall = undefined;
    clearTimeout(this.timer);
    this.dropUserAgent();
  }

  /**
   * Stops as a page that is closed does: without a word. A BYE would end the customer's call; this way they hear music,
   * and the agent may come back (IN-12).
   */
  vanish(): void {
    this.socket?.disconnect();
    this.stop();
  }

  /** The live channel says that the phone was opened in another browser. */
  taken(): void {
    if (!this.fetching && Date.now() - this.fetchedAt > ownNoticeMs) this.replaced();
  }

  /** Takes a new phone, which the controller rings instead of the old one. A call that is up keeps the old one. */
  anew(): void {
    if (!this.handlers.inCall()) this.renew();
  }

  /** To be called when a call has ended: what had to wait for that is done now. */
  settle(): void {
    if (!this.afterCall || this.handlers.inCall()) return;
    if (this.afterCall === 'stop') this.stop();
    else this.renew();
    this.afterCall = undefined;
  }

  private replaced(): void {
    this.report({ status: 'lost', trouble: 'replaced' });
    if (this.handlers.inCall()) this.afterCall = 'stop';
    else this.stop();
  }

  private async connect(): Promise<void> {
    this.fetching = true;
    try {
      const [jssip, phone] = await Promise.all([import('jssip'), result(client.POST('/phone'))]);
      if (this.stopped) return;
      this.phone = phone;
      this.fetchedAt = Date.now();
      this.failures = 0;
      this.open(jssip, phone);
    } catch (error) {
      this.report({ status: 'lost', trouble: troubleOf(error) });
      this.renewLater();
    } finally {
      this.fetching = false;
    }
  }

  private open(jssip: typeof import('jssip'), phone: PhoneCredentials): void {
    this.socket = new jssip.WebSocketInterface(socketUrl(phone));
    const ua = new jssip.UA({
      sockets: this.socket,
      uri: phone.uri,
      // The phone's own name: the controller lets no other pass. The host is one that cannot be reached (RFC 7118, section 5.1).
      contact_uri: `sip:${phone.username}@${phone.username}.invalid;transport=ws`,
      authorization_user: phone.username,
      password: phone.password,
      session_timers: false,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
    });
    this.ua = ua;
    ua.on('connected', () => {
      clearTimeout(this.answerTimer);
      this.answerTimer = setTimeout(() => this.unanswered(), registerMs);
    });
    ua.on('registered', () => {
      clearTimeout(this.answerTimer);
      this.attempts = 0;
      this.failures = 0;
      if (this.afterCall === 'renew') this.afterCall = undefined; // the phone is good again, and the next call may ring already
      this.report({ status: 'ready' });
    });
    ua.on('unregistered', () => this.report({ status: 'connecting' }));
    ua.on('registrationFailed', () => this.refused());
    ua.on('disconnected', ({ code }) => {
      clearTimeout(this.answerTimer);
      this.disconnected(code);
    });
    // Every session comes from the engine: also a call that an agent places begins with the engine ringing this phone.
    ua.on('newRTCSession', (event: RTCSessionEvent) => {
      const { session, request } = event as IncomingRTCSessionEvent;
      this.handlers.onInvite(session, request.getHeader('X-Ringdesk-Call') || undefined);
    });
    ua.start();
  }

  private disconnected(code: number | undefined): void {
    if (this.afterCall === 'stop') return;
    if (code === replacedCode) return this.replaced();
    if (code === engineGoneCode) {
      this.failures = 0; // the credentials are good again once the phone system is
      this.report({ status: 'lost', trouble: 'engine' });
      return;
    }
    this.failures += 1;
    if (this.failures >= failuresBeforeRenewal && this.handlers.reachable()) return this.refused();
    this.report({ status: 'lost', trouble: 'network' });
    // An INVITE dies with its connection (RFC 3261, section 17.2.4); the controller rings a new phone again.
    if (this.handlers.ringing() && !this.handlers.inCall()) this.renew();
  }

  private refused(): void {
    this.lose('refused');
  }

  private unanswered(): void {
    this.lose('engine');
  }

  /** Gives the line up, and takes a new phone as soon as that ends no call. */
  private lose(trouble: LineTrouble): void {
    this.report({ status: 'lost', trouble });
    if (this.handlers.inCall()) this.afterCall = 'renew';
    else this.renew();
  }

  private renew(): void {
    this.dropUserAgent();
    this.renewLater();
  }

  private renewLater(): void {
    if (this.stopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), backoff(this.attempts++));
  }

  private dropUserAgent(): void {
    clearTimeout(this.answerTimer);
    this.ua?.removeAllListeners();
    this.ua?.stop();
    this.ua = undefined;
  }

  private report(state: LineState): void {
    if (!this.stopped) this.handlers.onState({ ...state, phoneId: this.phone?.id });
  }
}

/** What an answer to the request for a phone means. */
function troubleOf(error: unknown): LineTrouble {
  if (!(error instanceof ApiError) || error.code === 'network') return 'network';
  return error.code === 'unavailable' ? 'engine' : 'refused';
}

function socketUrl(phone: PhoneCredentials): string {
  const url = new URL(phone.socket, location.href.replace(/^http/, 'ws'));
  if (!url.searchParams.has('phone')) url.searchParams.set('phone', phone.id);
  return url.href;
}
