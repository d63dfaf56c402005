// Device choices belong to the browser, not to the account: every desk has its own headset.
const names = { microphone: 'ringdesk.microphone', speaker: 'ringdesk.speaker' } as const;

/** '1' switches the browser's sound processing off, so that measured tones pass unchanged. */
const rawAudio = 'ringdesk.rawAudio';

export type DeviceKind = keyof typeof names;

/** The chosen device's id; empty for the system's default. */
export const chosenDevice = (kind: DeviceKind): string => localStorage.getItem(names[kind]) ?? '';

export function chooseDevice(kind: DeviceKind, deviceId: string): void {
  if (deviceId) localStorage.setItem(names[kind], deviceId);
  else localStorage.removeItem(names[kind]);
}

export function microphoneConstraints(): MediaTrackConstraints {
  const processed = localStorage.getItem(rawAudio) !== '1';
  const deviceId = chosenDevice('microphone');
  return {
    ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
    echoCancellation: processed,
    noiseSuppression: processed,
    autoGainControl: processed,
  };
}
