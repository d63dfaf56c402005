import { attempt } from '../browser/attempt';

// lib.dom says mediaDevices is always there; pages without HTTPS do not have it.
export const mediaDevices = (): MediaDevices | undefined => attempt(() => navigator.mediaDevices, undefined);

/** The devices that the browser tells of; none where it tells of none. */
export async function listDevices(): Promise<MediaDeviceInfo[]> {
  try {
    return (await mediaDevices()?.enumerateDevices()) ?? [];
  } catch {
    return [];
  }
}

/** Calls back when a device is plugged in or out. Returns how to stop. */
export function watchDevices(changed: () => void): () => void {
  const devices = mediaDevices();
  attempt(() => devices?.addEventListener('devicechange', changed), undefined);
  return () => attempt(() => devices?.removeEventListener('devicechange', changed), undefined);
}
