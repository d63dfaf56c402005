import { useCallback, useEffect, useState } from 'react';
import { closeMicrophone, MicrophoneError, openMicrophone } from './microphone';
import { usePhone, usePhoneView } from './PhoneProvider';

/** The call's microphone, or one opened for as long as the settings are. */
export function useMeasuredMicrophone(callId: string | undefined) {
  const phone = usePhone();
  const voice = usePhoneView().voices[callId ?? '']; // another microphone may take the call's place
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
  }, [phone, callId, round, voice]);
  return { stream, reopen };
}
