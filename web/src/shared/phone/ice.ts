import { client, result } from '../api/client';

// The server's credentials last twelve hours; a call begins with ones that are good for hours yet.
const refreshMs = 4 * 60 * 60 * 1000;
const retryMs = 60 * 1000;

/** The servers that help this browser's sound through NAT, kept fresh: an answer to a call does not wait for them. */
export class IceServers {
  /** As RTCPeerConnection takes them; empty where there are none, or while they are not known yet. */
  current: RTCIceServer[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = false;

  start(): void {
    this.stopped = false;
    void this.refresh();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async refresh(): Promise<void> {
    let next = refreshMs;
    try {
      this.current = (await result(client.GET('/ice-servers'))).servers;
    } catch {
      next = retryMs; // calls work without them wherever a direct way leads to the engine
    }
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => void this.refresh(), next);
  }
}
