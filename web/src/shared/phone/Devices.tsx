import { Button, Select, Switch } from '@mantine/core';
import { IconBell, IconMicrophone, IconVolume } from '@tabler/icons-react';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { openSound } from '../browser/sound';
import { listDevices, watchDevices } from './devices';
import classes from './Devices.module.css';
import './devices.words';
import { usePhone } from './PhoneProvider';
import {
  chooseDevice,
  chosenDevice,
  chosenLabel,
  processes,
  setProcesses,
  setVolume,
  systemDevice,
  volumeOf,
  type DeviceKind,
  type Output,
  type Processing,
} from './preferences';
import { applySpeaker, canChooseSpeaker } from './speaker';
import { ringTone, soundUrl, testTone } from './tones';
import { useInputLevel } from './useInputLevel';
import { useMeasuredMicrophone } from './useMeasuredMicrophone';
import { recordMs, useRecorded } from './useRecorded';

/**
 * Where this browser takes my voice from, where callers are heard and where it rings, each to be tried (CALL-5). What is changed holds at once, also for
 * the call that is on.
 */
export function Devices({ callId }: { callId?: string }) {
  const devices = useDevices();
  return (
    <div className={classes.form}>
      <Microphone devices={devices} callId={callId} />
      <Loudspeaker output="speaker" devices={devices} />
      <Loudspeaker output="ring" devices={devices} />
    </div>
  );
}

const sourceOf = { microphone: 'audioinput', speaker: 'audiooutput', ring: 'audiooutput' } as const;

function Microphone({ devices, callId }: { devices: MediaDeviceInfo[]; callId: string | undefined }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const { stream, reopen } = useMeasuredMicrophone(callId);
  const level = useInputLevel(stream);
  const { state, start } = useRecorded(stream);
  const [processing, setProcessing] = useState({ echo: processes('echo'), noise: processes('noise') });
  const apply = () => void phone.changeMicrophone().then(reopen, () => phone.testMicrophone());
  const process = (what: Processing, on: boolean) => {
    setProcesses(what, on);
    setProcessing((before) => ({ ...before, [what]: on }));
    apply();
  };
  return (
    <Part icon={<IconMicrophone size={18} />} title={t('devices.microphone')}>
      <Device kind="microphone" devices={devices} onChoose={apply} />
      <div className={classes.level} role="meter" aria-label={t('devices.level')} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(level * 100)}>
        <span style={{ transform: `scaleX(${level})` }} />
      </div>
      <Button variant="default" size="compact-md" disabled={!start || state !== 'idle'} onClick={start}>
        {t(`devices.record_${state}`, { seconds: recordMs / 1000 })}
      </Button>
      {(['echo', 'noise'] as const).map((what) => (
        <Switch key={what} label={t(`devices.${what}`)} checked={processing[what]} onChange={(event) => process(what, event.currentTarget.checked)} />
      ))}
    </Part>
  );
}

const icons = { speaker: <IconVolume size={18} />, ring: <IconBell size={18} /> } as const;
const tones = { speaker: testTone, ring: () => ringTone('chime') } as const;

function Loudspeaker({ output, devices }: { output: Output; devices: MediaDeviceInfo[] }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const [volume, setShown] = useState(() => volumeOf(output));
  const louder = (to: number) => {
    setVolume(output, to);
    setShown(to);
    phone.applySound();
  };
  return (
    <Part icon={icons[output]} title={t(`devices.${output}`)}>
      {canChooseSpeaker() ? <Device kind={output} devices={devices} onChoose={phone.applySound} /> : <p className={classes.hint}>{t('devices.speakerBySystem')}</p>}
      <label className={classes.volume}>
        <span>{t('devices.volume')}</span>
        <input type="range" min={0} max={100} step={5} value={Math.round(volume * 100)} onChange={(event) => louder(event.currentTarget.valueAsNumber / 100)} />
        <span className="tabular" aria-hidden="true">
          {Math.round(volume * 100)} %
        </span>
      </label>
      <Button variant="default" size="compact-md" onClick={() => void play(output)}>
        {t(`devices.test_${output}`)}
      </Button>
    </Part>
  );
}

async function play(output: Output): Promise<void> {
  const audio = openSound(() => soundUrl(tones[output]()));
  if (!audio) return;
  audio.onended = () => URL.revokeObjectURL(audio.src);
  await applySpeaker(audio, output);
  await audio.play().catch(() => undefined); // a browser that refuses plays nothing
}

function Part({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) {
  return (
    <section className={classes.part} aria-label={title}>
      <h3 className={classes.title}>
        {icon} {title}
      </h3>
      {children}
    </section>
  );
}

/** The devices of a kind that are plugged in, and the chosen one even if it is not. */
function Device({ kind, devices, onChoose }: { kind: DeviceKind; devices: MediaDeviceInfo[]; onChoose: () => void }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(() => chosenDevice(kind));
  const there = devices.filter((device) => device.kind === sourceOf[kind] && device.deviceId && !roles.includes(device.deviceId));
  const nameOf = ({ label, deviceId }: MediaDeviceInfo) => label || deviceId.slice(0, 8);
  const gone = chosen !== '' && chosen !== systemDevice && there.length > 0 && !there.some(({ deviceId }) => deviceId === chosen);
  const label = chosenLabel(kind) || chosen.slice(0, 8);
  const data = [
    kind === 'ring' ? { value: '', label: t('devices.asSpeaker') } : { value: '', label: t('devices.system') },
    ...(kind === 'ring' ? [{ value: systemDevice, label: t('devices.system') }] : []),
    ...there.map((device) => ({ value: device.deviceId, label: nameOf(device) })),
    ...(gone ? [{ value: chosen, label }] : []),
  ];
  const choose = (deviceId: string) => {
    chooseDevice(kind, deviceId, there.find((device) => device.deviceId === deviceId)?.label ?? '');
    setChosen(deviceId);
    onChoose();
  };
  return (
    <>
      <Select aria-label={t(`devices.${kind}`)} data={data} value={chosen} onChange={(id) => choose(id ?? '')} allowDeselect={false} />
      {gone && (
        <p className={classes.gone} role="status">
          {t('devices.gone', { device: label })}
        </p>
      )}
    </>
  );
}

/** Ids under which Chromium lists whichever device the system prefers at the moment. */
const roles: readonly string[] = ['default', 'communications'];

function useDevices(): MediaDeviceInfo[] {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    const load = () => void listDevices().then(setDevices);
    load();
    return watchDevices(load);
  }, []);
  return devices;
}
