import { notifications } from '@mantine/notifications';
import { IconHandStop, IconMicrophone, IconMicrophoneOff, IconPlayerPauseFilled, IconVolume } from '@tabler/icons-react';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { usePhone, usePhoneView } from '../../../shared/phone/PhoneProvider';
import { Timer } from '../../../shared/ui/Timer';
import { useAfter } from '../../../shared/ui/useAfter';
import classes from './CallBox.module.css';

/** Who holds, since when, and what the customer hears (HOLD-2). */
export function HoldStrip({ call }: { call: Call }) {
  const { t } = useTranslation();
  if (!call.hold) return null;
  return (
    <div className={classes.strip} data-tone="amber" role="status">
      <IconPlayerPauseFilled size={16} />
      <span>
        <strong>{t('call.onHoldBy', { name: call.hold.name })}</strong> · <Timer since={call.hold.since} /> · {t('call.holdHint')}
      </span>
    </div>
  );
}

/** A colleague or I have asked for help (CALL-7). */
export function HelpStrip({ call }: { call: Call }) {
  const { t } = useTranslation();
  if (!call.help) return null;
  return (
    <div className={classes.strip} data-tone="accent" role="status">
      <IconHandStop size={16} />
      <span>
        <strong>{t('call.helpAsked', { name: call.help.name })}</strong> · <Timer since={call.help.since} />
      </span>
    </div>
  );
}

/** I speak, and nobody hears it. */
export function MutedStrip({ shown }: { shown: boolean }) {
  const { t } = useTranslation();
  if (!shown) return null;
  return (
    <div className={classes.strip} data-tone="red" role="status" data-testid="muted-speaking">
      <IconMicrophoneOff size={16} />
      <strong>{t('call.youAreMuted')}</strong>
    </div>
  );
}

/** Says when nobody hears me, or when I speak over another microphone than before (CALL-5). */
export function VoiceStrip({ callId }: { callId: string }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const voice = usePhoneView().voices[callId];
  useEffect(() => {
    phone.whenVoiceBack((device) => notifications.show({ color: 'green', message: t('call.voiceBack', { device: device || t('call.voiceOther') }) }));
    return () => phone.whenVoiceBack(null);
  }, [phone, t]);
  if (!voice || voice.state === 'heard') return null;
  const unheard = voice.state !== 'fallback';
  const Icon = unheard ? IconMicrophoneOff : IconMicrophone;
  return (
    <p className={classes.strip} data-tone={unheard ? 'red' : 'amber'} data-testid="voice" role={unheard ? 'alert' : 'status'}>
      <Icon size={16} stroke={1.8} />
      <span>
        <strong>{unheard ? t('call.voiceUnheard') : t('call.voiceGone')}</strong>{' '}
        {voice.state === 'fallback' ? t('call.voiceFallback', { device: voice.device || t('call.voiceOther') }) : t(`call.voice_${voice.state}`)}
      </span>
    </p>
  );
}

/** Says when callers are heard elsewhere than was chosen (CALL-5). */
export function SpeakerStrip() {
  const { t } = useTranslation();
  if (!usePhoneView().speakerGone) return null;
  return (
    <p className={classes.strip} data-tone="amber" data-testid="speaker-gone" role="status">
      <IconVolume size={16} stroke={1.8} />
      <span>{t('call.speakerGone')}</span>
    </p>
  );
}

/** Says when the call has no sound in this window; the call itself goes on in the engine. */
export function SoundStrip({ callId }: { callId: string }) {
  const { t } = useTranslation();
  const view = usePhoneView();
  const session = view.sessions[callId];
  if (session === 'up') return null;
  if (!session && view.line !== 'elsewhere') return <SoundLost />;
  return (
    <p className={classes.sound} role="status">
      {view.line === 'elsewhere' ? t('call.audioElsewhere') : t('call.audioConnecting')}
    </p>
  );
}

/** A call that ends loses its sound a moment before it is gone, and nothing is wrong with that. */
const endingMs = 1000;

function SoundLost() {
  const { t } = useTranslation();
  if (!useAfter(endingMs)) return null;
  return (
    <p className={classes.sound} role="status">
      {t('call.audioLost')}
    </p>
  );
}
