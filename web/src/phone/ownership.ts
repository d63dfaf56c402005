// Windows of one browser agree on which of them has the phone: the newest one, unless another is in a call,
// whose sound would be lost. Windows on other computers are told by the server.
const channelName = 'ringdesk-phone';
const answerTimeMs = 150;

type Message = { type: 'claim' | 'busy'; window: string; agent: string };

export interface OwnershipHandlers {
  /** Whether a call is going on through this window's phone. */
  inCall: () => boolean;
  /** Another window has taken the phone. */
  onLost: () => void;
}

export class Ownership {
  private readonly channel = new BroadcastChannel(channelName);
  private readonly window = crypto.randomUUID();
  private onBusy: (() => void) | undefined;

  constructor(
    private readonly agent: string,
    private readonly handlers: OwnershipHandlers,
  ) {
    this.channel.onmessage = (event: MessageEvent<Message>) => this.receive(event.data);
  }

  /** True when this window may have the phone. */
  claim(): Promise<boolean> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(true), answerTimeMs);
      this.onBusy = () => {
        clearTimeout(timer);
        resolve(false);
      };
      this.send('claim');
    });
  }

  close(): void {
    this.channel.close();
  }

  private receive(message: Message): void {
    if (message.agent !== this.agent || message.window === this.window) return;
    if (message.type === 'busy') {
      this.onBusy?.();
      return;
    }
    if (this.handlers.inCall()) this.send('busy');
    else this.handlers.onLost();
  }

  private send(type: Message['type']): void {
    this.channel.postMessage({ type, window: this.window, agent: this.agent } satisfies Message);
  }
}
