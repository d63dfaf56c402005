import { useEffect, useState } from 'react';
import { openMeter } from '../../../shared/browser/sound';
import { usePhone, usePhoneView } from '../../../shared/phone/PhoneProvider';
import { levelOf } from '../../../shared/phone/useInputLevel';
import { attempt } from '../../../shared/browser/attempt';

const measureMs = 200;
/** A voice at the desk; quieter is the room. */
const voiceLevel = 0.4;
// A word is no talk yet, and a breath is no end of it.
const beginsAfter = 5;
const endsAfter = 8;

/**
 * Whether I speak, muted or not: measured on a copy of the call's microphone, since the microphone itself is silent while muted. It takes a second of
 * speech to begin.
 */
export function useVoiceActivity(callId: string): boolean {
  const phone = usePhone();
  const view = usePhoneView();
  const session = view.sessions[callId];
  const voice = view.voices[callId]; // another microphone may take the call's place
  const [speaking, setSpeaking] = useState(false);
  useEffect(() => {
    if (session !== 'up') return;
    const copy = attempt(() => phone.microphone(callId)?.getAudioTracks()[0]?.clone(), undefined);
    if (!copy) return;
    copy.enabled = true;
    const samples = new Float32Array(1024);
    const meter = openMeter(new MediaStream([copy]), samples.length);
    let loud = 0;
    let quiet = 0;
    const timer = setInterval(() => {
      meter?.read(samples);
      if (levelOf(samples) >= voiceLevel) {
        loud += 1;
        quiet = 0;
      } else if (++quiet >= endsAfter) loud = 0;
      setSpeaking(loud >= beginsAfter);
    }, measureMs);
    return () => {
      clearInterval(timer);
      meter?.close();
      copy.stop();
      setSpeaking(false);
    };
  }, [phone, callId, session, voice]);
  return speaking;
}
