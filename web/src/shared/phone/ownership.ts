import { openChannel, randomId, type Channel } from '../browser/channel';
import { openMark, type Mark } from '../browser/mark';

// Windows of one browser agree on which of them has the phone: the newest one, unless another is in a call,
// whose sound would be lost. A window in a call is marked as such, since one that is busy, perhaps with loading this very window, would answer
// too late. Windows on other computers are told by the server.
const channelName = 'ringdesk-phone';
const answerTimeMs = 150;

/** take: the person wants it here, call and all. */
type Message = { type: 'claim' | 'take' | 'busy'; window: string; agent: string };

export interface OwnershipHandlers {
  /** Whether a call is going on through this window's phone. */
  inCall: () => boolean;
  /** Another window has taken the phone. */
  onLost: () => void;
  /** Another window wants the phone with its call. */
  onTaken: () => void;
}

export class Ownership {
  private readonly channel: Channel<Message> = openChannel<Message>(channelName, (message) => this.receive(message));
  private readonly window = randomId();
  private readonly inCall: Mark;
  private onBusy: (() => void) | undefined;

  constructor(
    private readonly agent: string,
    private readonly handlers: OwnershipHandlers,
  ) {
    this.inCall = openMark(`${channelName}-in-call-${agent}`);
  }

  /** Tells the other windows whether a call is going on through this window's phone now. */
  mark(inCall: boolean): void {
    this.inCall.set(inCall);
  }

  /** True when this window may have the phone; with `take` also from a window in a call, which lets it go. */
  async claim(take = false): Promise<boolean> {
    if (!take && (await this.inCall.elsewhere())) return false;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), answerTimeMs);
      this.onBusy = () => {
        clearTimeout(timer);
        resolve(false);
      };
      this.send(take ? 'take' : 'claim');
    });
  }

  close(): void {
    this.inCall.set(false);
    this.channel.close();
  }

  private receive(message: Message): void {
    if (message.agent !== this.agent || message.window === this.window) return;
    if (message.type === 'busy') {
      this.onBusy?.();
      return;
    }
    if (message.type === 'take') this.handlers.onTaken();
    else if (this.handlers.inCall()) this.send('busy');
    else this.handlers.onLost();
  }

  private send(type: Message['type']): void {
    this.channel.send({ type, window: this.window, agent: this.agent });
  }
}
