import { Button, Modal, Select } from '@mantine/core';
import { IconVolume } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './DevicesModal.module.css';
import { useInputLevel } from './useInputLevel';
import { closeMicrophone, MicrophoneError, openMicrophone } from './microphone';
import { usePhone } from './PhoneProvider';
import { chooseDevice, chosenDevice, type DeviceKind } from './preferences';
import { applySpeaker, canChooseSpeaker } from './speaker';
import { soundUrl, testTone } from './tones';

interface DevicesModalProps {
  opened: boolean;
  onClose: () => void;
  /** The running call: its own microphone is measured and changed. */
  callId?: string;
}

export function DevicesModal({ opened, onClose, callId }: DevicesModalProps) {
  const { t } = useTranslation();
  return (
    <Modal opened={opened} onClose={onClose} title={t('devices.title')} size={400} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Devices callId={callId} />
    </Modal>
  );
}

function Devices({ callId }: { callId?: string }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const devices = useDevices();
  const [chosen, setChosen] = useState({ microphone: chosenDevice('microphone'), speaker: chosenDevice('speaker') });
  const { stream, reopen } = useMeasuredMicrophone(callId);
  const level = useInputLevel(stream);

  const choose = (kind: DeviceKind, deviceId: string) => {
    chooseDevice(kind, deviceId);
    setChosen((before) => ({ ...before, [kind]: deviceId }));
    if (kind === 'microphone') void phone.changeMicrophone().then(reopen, () => phone.testMicrophone());
    else document.querySelectorAll('audio').forEach((audio) => void applySpeaker(audio));
  };
  const options = (kind: MediaDeviceKind) => [
    { value: '', label: t('devices.system') },
    ...devices.filter((d) => d.kind === kind && d.deviceId && d.deviceId !== 'default').map((d) => ({ value: d.deviceId, label: d.label || d.deviceId.slice(0, 8) })),
  ];
  return (
    <div className={classes.form}>
      <Select label={t('devices.microphone')} data={options('audioinput')} value={chosen.microphone} onChange={(id) => choose('microphone', id ?? '')} allowDeselect={false} />
      <div className={classes.level} role="meter" aria-label={t('devices.level')} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(level * 100)}>
        <span style={{ transform: `scaleX(${level})` }} />
      </div>
      {canChooseSpeaker() ? (
        <Select label={t('devices.speaker')} data={options('audiooutput')} value={chosen.speaker} onChange={(id) => choose('speaker', id ?? '')} allowDeselect={false} />
      ) : (
        <p className={classes.hint}>{t('devices.speakerBySystem')}</p>
      )}
      <Button variant="default" leftSection={<IconVolume size={17} />} onClick={() => void playTest()}>
        {t('devices.test')}
      </Button>
    </div>
  );
}

async function playTest(): Promise<void> {
  const url = soundUrl(testTone());
  const audio = new Audio(url);
  audio.onended = () => URL.revokeObjectURL(url);
  await applySpeaker(audio);
  await audio.play();
}

function useDevices(): MediaDeviceInfo[] {
  const [devices, setDevices] = useState<MediaDeviceInfo[]>([]);
  useEffect(() => {
    const media = navigator.mediaDevices as MediaDevices | undefined;
    if (!media) return;
    const load = () => void media.enumerateDevices().then(setDevices);
    load();
    media.addEventListener('devicechange', load);
    return () => media.removeEventListener('devicechange', load);
  }, []);
  return devices;
}

/** The call's microphone, or one opened for as long as the settings are. */
function useMeasuredMicrophone(callId: string | undefined) {
  const phone = usePhone();
  const [stream, setStream] = useState<MediaStream>();
  const [round, setRound] = useState(0);
  const reopen = useCallback(() => setRound((n) => n + 1), []);
  useEffect(() => {
    const ofCall = callId ? phone.microphone(callId) : undefined;
    let own: MediaStream | undefined;
    let closed = false;
    const opening = ofCall ? Promise.resolve(ofCall) : openMicrophone();
    opening.then(
      (opened) => {
        if (!ofCall) own = opened;
        if (closed) closeMicrophone(own);
        else setStream(opened);
      },
      (error: unknown) => {
        if (error instanceof MicrophoneError) void phone.testMicrophone();
      },
    );
    return () => {
      closed = true;
      closeMicrophone(own);
    };
  }, [phone, callId, round]);
  return { stream, reopen };
}
