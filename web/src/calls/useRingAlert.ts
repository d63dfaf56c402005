import { useEffect, useState } from 'react';
import { Ringer } from '../phone/ringer';

const flashMs = 1000;

/** Rings, flashes the title and shows a desktop notification while `name` is there. True when the browser blocks the sound. */
export function useRingAlert(name: string | undefined, text: { title: string; body: string }): boolean {
  const [blocked, setBlocked] = useState(false);
  const [ringer] = useState(() => new Ringer(setBlocked));
  const ringing = name !== undefined;
  const { title, body } = text;

  useEffect(() => {
    if (!ringing) return;
    ringer.start();
    return () => ringer.stop();
  }, [ringer, ringing]);

  useEffect(() => {
    if (!ringing) return;
    const usual = document.title;
    let on = true;
    document.title = title;
    const timer = setInterval(() => {
      on = !on;
      document.title = on ? title : usual;
    }, flashMs);
    return () => {
      clearInterval(timer);
      document.title = usual;
    };
  }, [ringing, title]);

  useEffect(() => {
    if (!ringing || document.hasFocus() || !('Notification' in window) || Notification.permission !== 'granted') return;
    const notification = new Notification(name, { body, icon: '/icon.svg', tag: 'ringdesk-call', requireInteraction: true });
    notification.onclick = () => {
      window.focus();
      notification.close();
    };
    return () => notification.close();
  }, [ringing, name, body]);

  return blocked;
}
