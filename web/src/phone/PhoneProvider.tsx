import { createContext, use, useEffect, useState, useSyncExternalStore, type ReactNode } from 'react';
import type { Me } from '../api/types';
import { useLiveConnection } from '../live/LiveProvider';
import { Phone, type PhoneView } from './phone';

const PhoneContext = createContext<Phone | null>(null);

const remoteAudio = (): HTMLAudioElement | null => document.querySelector<HTMLAudioElement>('#remote-audio');

/** The phone of the signed-in agent, with the element that plays the far side. */
export function PhoneProvider({ me, children }: { me: Me; children: ReactNode }) {
  const live = useLiveConnection();
  const [phone] = useState(() => new Phone(me.agentId, live, remoteAudio));
  useEffect(() => {
    // A page that goes away must not hang up: the controller keeps the customer and brings the agent back (IN-12).
    phone.start();
    return () => phone.stop();
  }, [phone]);
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
