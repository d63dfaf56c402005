import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';
import { takesLetters } from './typing';

/** Where G and then a letter leads. */
export interface Place {
  letter: string;
  to: string;
  title: string;
}

const waitMs = 1500;

/** G and then a letter goes to an area. It hears keys before screens do, so that the letter does not do there what it does alone. */
export function useGo(places: readonly Place[], enabled: boolean): void {
  const navigate = useNavigate();
  const latest = useRef({ places, navigate });
  useEffect(() => {
    latest.current = { places, navigate };
  });
  useEffect(() => {
    if (!enabled) return;
    let until = 0;
    const onKeyDown = (event: KeyboardEvent) => {
      const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey && !event.isComposing && !event.repeat;
      const waited = event.timeStamp < until;
      until = 0;
      if (!plain || takesLetters(event.target)) return;
      if (waited) {
        const place = latest.current.places.find(({ letter }) => event.code === `Key${letter}`);
        if (!place) return;
        event.preventDefault();
        void latest.current.navigate(place.to);
      } else if (event.code === 'KeyG') {
        event.preventDefault();
        until = event.timeStamp + waitMs;
      }
    };
    window.addEventListener('keydown', onKeyDown, true);
    return () => window.removeEventListener('keydown', onKeyDown, true);
  }, [enabled]);
}
