import { vi } from 'vitest';

// What jsdom has not, as far as the desk needs it.

export class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = FakeSocket.OPEN;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  sent: string[] = [];
  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.readyState = 3;
  }
}

class Nothing {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}

class FakeWorker {
  onmessage: (() => void) | null = null;
  onerror: (() => void) | null = null;
  terminate(): void {}
}

const viewHeight = 720;

/** A browser in which everything works; tests take single things out of it. */
export function stubBrowser(): void {
  FakeSocket.all = [];
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('Worker', FakeWorker);
  vi.stubGlobal('ResizeObserver', Nothing);
  vi.stubGlobal('IntersectionObserver', Nothing);
  vi.stubGlobal('matchMedia', (media: string) => ({ matches: false, media, addEventListener: () => {}, removeEventListener: () => {}, addListener: () => {}, removeListener: () => {} }));
  vi.stubGlobal('scrollTo', () => {});
  // Lists that show only what is in sight need a height; jsdom lays nothing out.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(viewHeight);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(viewHeight);
  vi.spyOn(document, 'hasFocus').mockReturnValue(false);
  Element.prototype.scrollIntoView = () => {};
  HTMLMediaElement.prototype.play = () => Promise.resolve();
  HTMLMediaElement.prototype.pause = () => {};
  URL.createObjectURL = () => 'blob:sound';
  URL.revokeObjectURL = () => {};
  const stream = { getTracks: () => [], getAudioTracks: () => [] };
  Object.defineProperty(navigator, 'mediaDevices', {
    configurable: true,
    value: {
      getUserMedia: () => Promise.resolve(stream),
      enumerateDevices: () => Promise.resolve([]),
      addEventListener: () => {},
      removeEventListener: () => {},
    },
  });
}
