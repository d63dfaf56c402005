import { attempt } from '../browser/attempt';
import { mediaDevices, watchDevices } from './devices';
import { microphoneConstraints } from './preferences';

/**
 * insecure: the page did not come over HTTPS (or from this computer), so the browser has no microphone for it.
 * busy: another program holds the microphone.
 */
export type MicrophoneState = 'unknown' | 'ok' | 'denied' | 'missing' | 'busy' | 'insecure';

export class MicrophoneError extends Error {
  readonly state: MicrophoneState;
  constructor(state: MicrophoneState) {
    super(`microphone: ${state}`);
    this.state = state;
  }
}

function classify(error: unknown): MicrophoneState {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'missing';
    default:
      return 'busy';
  }
}

/** A stream of the chosen microphone, or of exactly one device; the caller stops its tracks. Throws MicrophoneError. */
export async function openMicrophone(device?: string): Promise<MediaStream> {
  const devices = mediaDevices();
  if (!devices) throw new MicrophoneError('insecure');
  try {
    const wanted = device ? { deviceId: { exact: device } } : {};
    return await devices.getUserMedia({ audio: { ...microphoneConstraints(), ...wanted }, video: false });
  } catch (error) {
    throw new MicrophoneError(classify(error));
  }
}

export const closeMicrophone = (stream: MediaStream | undefined): void => stream?.getTracks().forEach((track) => track.stop());

/** Asks for the microphone once (the browser's own question appears where it must) and gives it back. */
export async function checkMicrophone(): Promise<MicrophoneState> {
  try {
    closeMicrophone(await openMicrophone());
    return 'ok';
  } catch (error) {
    return error instanceof MicrophoneError ? error.state : 'busy';
  }
}

/** Calls back when a device is plugged in or out or the permission changes. Returns how to stop. */
export function watchMicrophone(changed: () => void): () => void {
  const stopDevices = watchDevices(changed);
  let permission: PermissionStatus | undefined;
  let stopped = false;
  // Firefox before 132 does not know this permission's name; device changes remain.
  const asked = attempt(() => navigator.permissions?.query({ name: 'microphone' }), undefined);
  asked?.then(
    (status) => {
      if (stopped) return;
      permission = status;
      permission.addEventListener('change', changed);
    },
    () => undefined,
  );
  return () => {
    stopped = true;
    stopDevices();
    permission?.removeEventListener('change', changed);
  };
}
