import { keep, recall } from '../browser/storage';

// Device choices belong to the browser, not to the account: every desk has its own headset.
const names = { microphone: 'ringdesk.microphone', speaker: 'ringdesk.speaker', ring: 'ringdesk.ring' } as const;

/** '1' switches the browser's sound processing off, so that measured tones pass unchanged. */
const rawAudio = 'ringdesk.rawAudio';

export type DeviceKind = keyof typeof names;
/** Where callers are heard, and where calls ring. */
export type Output = Exclude<DeviceKind, 'microphone'>;

/** The ring's device when it is the system's default; without a choice it rings where callers are heard. */
export const systemDevice = 'default';

/** The chosen device's id; empty without a choice. */
export const chosenDevice = (kind: DeviceKind): string => recall(names[kind]) ?? '';

/** The name that the chosen device had when it was chosen: it may be unplugged. */
export const chosenLabel = (kind: DeviceKind): string => recall(`${names[kind]}.label`) ?? '';

export function chooseDevice(kind: DeviceKind, deviceId: string, label: string): void {
  keep(names[kind], deviceId || undefined);
  keep(`${names[kind]}.label`, deviceId && label ? label : undefined);
}

/** Where the output plays; empty for the system's default. */
export function outputDevice(output: Output): string {
  const chosen = chosenDevice(output) || chosenDevice('speaker');
  return chosen === systemDevice ? '' : chosen;
}

const volumeName = (output: Output): string => `ringdesk.volume.${output}`;

/** 0 to 1. */
export function volumeOf(output: Output): number {
  const kept = Number(recall(volumeName(output)) ?? 1);
  return kept >= 0 && kept <= 1 ? kept : 1;
}

export const setVolume = (output: Output, volume: number): void => keep(volumeName(output), volume < 1 ? String(volume) : undefined);

/** What the browser does to what the microphone gives. */
export type Processing = 'echo' | 'noise';

const processingName = (processing: Processing): string => `ringdesk.keep.${processing}`;

export const processes = (processing: Processing): boolean => recall(processingName(processing)) !== '1';
export const setProcesses = (processing: Processing, on: boolean): void => keep(processingName(processing), on ? undefined : '1');

export function microphoneConstraints(): MediaTrackConstraints {
  const processed = recall(rawAudio) !== '1';
  const deviceId = chosenDevice('microphone');
  return {
    ...(deviceId ? { deviceId: { ideal: deviceId } } : {}),
    echoCancellation: processed && processes('echo'),
    noiseSuppression: processed && processes('noise'),
    autoGainControl: processed,
  };
}
