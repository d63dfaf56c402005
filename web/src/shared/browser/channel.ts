import { attempt } from './attempt';

/** What the windows of one browser tell each other. Where they cannot, nothing is sent and nothing comes. */
export interface Channel<T> {
  send: (message: T) => void;
  close: () => void;
}

export function openChannel<T>(name: string, receive: (message: T) => void): Channel<T> {
  const channel = attempt(() => new BroadcastChannel(name), undefined);
  if (channel) channel.onmessage = (event: MessageEvent<T>) => receive(event.data);
  return {
    send: (message) => attempt(() => channel?.postMessage(message), undefined),
    close: () => channel?.close(),
  };
}

/** Unlike crypto.randomUUID also there on pages without HTTPS. */
export const randomId = (): string => attempt(() => crypto.randomUUID(), undefined) ?? `${Date.now()}-${Math.random()}`;
