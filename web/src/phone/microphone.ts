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

// lib.dom says mediaDevices is always there; pages without HTTPS do not have it.
const mediaDevices = (): MediaDevices | undefined => navigator.mediaDevices;

/** A stream of the chosen microphone; the caller stops its tracks. Throws MicrophoneError. */
export async function openMicrophone(): Promise<MediaStream> {
  const devices = mediaDevices();
  if (!devices) throw new MicrophoneError('insecure');
  try {
    return await devices.getUserMedia({ audio: microphoneConstraints(), video: false });
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
  const devices = mediaDevices();
  devices?.addEventListener('devicechange', changed);
  let permission: PermissionStatus | undefined;
  let stopped = false;
  // Firefox before 132 does not know this permission's name; device changes remain.
  navigator.permissions?.query({ name: 'microphone' }).then(
    (status) => {
      if (stopped) return;
      permission = status;
      permission.addEventListener('change', changed);
    },
    () => undefined,
  );
  return () => {
    stopped = true;
    devices?.removeEventListener('devicechange', changed);
    permission?.removeEventListener('change', changed);
  };
}
