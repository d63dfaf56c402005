import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { usePhoneView } from '../../../shared/phone/PhoneProvider';
import { useCommands } from '../../../shared/shortcuts/ShortcutsProvider';
import { later } from '../../../shared/ui/later';
import { part } from '../../../shared/ui/part';
import { Flyout } from '../Flyout';
import type { QualityMonitor } from '../quality/monitor';
import classes from './CallBox.module.css';
import { CallControls } from './CallControls';
import { CallHead } from './CallHead';
import { EndButtons } from './EndButtons';
import { Participants } from './Participants';
import { ConsultStrip } from './ConsultStrip';
import { HelpStrip, HoldStrip, MutedStrip, SoundStrip, SpeakerStrip, VoiceStrip } from './Strips';
import { useTalk } from './useTalk';
import { useVoiceActivity } from './useVoiceActivity';

// Few open it, and its lists are large.
const Devices = part(() => import('../../../shared/phone/Devices').then(({ Devices }) => ({ default: Devices })));
const DialPad = later(() => import('./DialPad').then(({ DialPad }) => DialPad));
const People = later(() => import('./People').then(({ People }) => People));
const Protection = later(() => import('./Protection').then(({ Protection }) => Protection));
const QualityBars = later(() => import('../quality/Quality').then(({ QualityBars }) => QualityBars));
const QualityFigures = later(() => import('../quality/Quality').then(({ QualityFigures }) => QualityFigures));
const QualityStrip = later(() => import('../quality/Quality').then(({ QualityStrip }) => QualityStrip));

/** What stands beside the dock. */
export type Beside = 'pad' | 'devices' | 'people' | 'teams' | 'protection' | 'quality';

interface CallCardProps {
  call: Call;
  /** How its sound comes through; absent until that is measured. */
  monitor: QualityMonitor | undefined;
  onCollapse: () => void;
}

/** The call in full: who is in it, and everything that can be done. */
export function CallCard({ call, monitor, onCollapse }: CallCardProps) {
  const { t } = useTranslation();
  const talk = useTalk(call);
  const [beside, setBeside] = useState<Beside>();
  const speaking = useVoiceActivity(call.id);
  const measured = usePhoneView().sessions[call.id] === 'up' ? monitor : undefined;
  const close = () => setBeside(undefined);
  const toggle = (what: Beside) => setBeside((now) => (now === what ? undefined : what));
  useCommands({ mute: talk.toggleMute, hold: talk.toggleHold, dialPad: talk.running ? () => toggle('pad') : undefined });
  return (
    <>
      <div className={classes.card}>
        <CallHead call={call} onCollapse={onCollapse}>
          {measured && <QualityBars monitor={measured} opened={beside === 'quality'} onToggle={() => toggle('quality')} />}
        </CallHead>
        <SoundStrip callId={call.id} />
        {measured && <QualityStrip monitor={measured} />}
        <VoiceStrip callId={call.id} />
        <SpeakerStrip />
        <MutedStrip shown={talk.muted && speaking} />
        <HoldStrip call={call} />
        <HelpStrip call={call} />
        <ConsultStrip call={call} talk={talk} />
        <Participants call={call} speaking={speaking && !talk.muted} />
        {talk.running && <CallControls call={call} talk={talk} beside={beside} onBeside={toggle} />}
        <EndButtons call={call} talk={talk} />
      </div>
      {beside === 'pad' && talk.running && (
        <Flyout title={t('call.dialPad')} onClose={close}>
          <DialPad onKey={talk.actions.sendTone} />
        </Flyout>
      )}
      {(beside === 'people' || beside === 'teams') && talk.running && (
        <Flyout key={beside} title={beside === 'teams' ? t('call.toTeam') : t('call.inviteOrTransfer')} onClose={close}>
          <People call={call} talk={talk} teamsOnly={beside === 'teams'} onDone={close} />
        </Flyout>
      )}
      {beside === 'protection' && talk.running && (
        <Flyout title={t('protection.title')} onClose={close}>
          <Protection talk={talk} onDone={close} />
        </Flyout>
      )}
      {beside === 'quality' && measured && (
        <Flyout title={t('quality.title')} onClose={close}>
          <QualityFigures monitor={measured} />
        </Flyout>
      )}
      {beside === 'devices' && (
        <Flyout title={t('call.sound')} onClose={close}>
          <Suspense>
            <Devices callId={call.id} />
          </Suspense>
        </Flyout>
      )}
    </>
  );
}
