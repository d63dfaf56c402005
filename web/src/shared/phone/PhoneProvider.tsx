import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Me } from '../api/types';
import { useLiveConnection } from '../live/LiveProvider';
import { Phone, type PhoneView } from './phone';

const PhoneContext = createContext<Phone | null>(null);

const remoteAudio = (): HTMLAudioElement | null => document.querySelector<HTMLAudioElement>('#remote-audio');

interface PhoneProviderProps {
  me: Me;
  /** The session has ended, and the phone with it, until somebody signs in again. */
  paused?: boolean;
  children: ReactNode;
}

/** The phone of the signed-in agent, with the element that plays the far side. */
export function PhoneProvider({ me, paused = false, children }: PhoneProviderProps) {
  const live = useLiveConnection();
  const [phone] = useState(() => new Phone(me.agentId, live, remoteAudio));
  useEffect(() => {
    if (paused) return;
    // A page that goes away, or is another account's now, must not hang up: the controller keeps the customer and brings the agent back (IN-12).
    phone.start();
    return () => phone.stop();
  }, [phone, paused]);
  return (
    <PhoneContext value={phone}>
      <audio id="remote-audio" autoPlay />
      {children}
    </PhoneContext>
  );
}

export function usePhone(): Phone {
  const phone = use(PhoneContext);
  if (!phone) throw new Error('usePhone needs a PhoneProvider');
  return phone;
}

export function usePhoneView(): PhoneView {
  const phone = usePhone();
  return useSyncExternalStore(phone.subscribe, phone.view);
}
