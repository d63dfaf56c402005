import { useCallback, useEffect, useRef, useState } from 'react';

interface Audible {
  playing: boolean;
  /** Where it is, in seconds. */
  at: number;
  broken: boolean;
  toggle: () => void;
  seek: (seconds: number) => void;
  setSpeed: (speed: number) => void;
}

/** A sound of known length that is loaded when it is first played. */
export function useAudio(url: string, seconds: number): Audible {
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [broken, setBroken] = useState(false);

  useEffect(() => {
    const media = new Audio();
    media.preload = 'none';
    media.src = url;
    audio.current = media;
    let frame = 0;
    const follow = () => {
      setAt(media.currentTime);
      frame = media.paused ? 0 : requestAnimationFrame(follow);
    };
    const on: [string, () => void][] = [
      ['play', () => (setPlaying(true), follow())],
      ['pause', () => setPlaying(false)],
      ['ended', () => setPlaying(false)],
      ['seeked', () => setAt(media.currentTime)],
      ['error', () => setBroken(true)],
    ];
    for (const [name, listener] of on) media.addEventListener(name, listener);
    return () => {
      for (const [name, listener] of on) media.removeEventListener(name, listener);
      cancelAnimationFrame(frame);
      media.pause();
      media.removeAttribute('src');
      audio.current = null;
    };
  }, [url]);

  const toggle = useCallback(() => {
    const media = audio.current;
    if (!media) return;
    setBroken(false);
    if (media.paused) media.play().catch(() => setBroken(true));
    else media.pause();
  }, []);
  const seek = useCallback(
    (to: number) => {
      const place = Math.min(seconds, Math.max(0, to));
      if (audio.current) audio.current.currentTime = place;
      setAt(place);
    },
    [seconds],
  );
  const setSpeed = useCallback((speed: number) => {
    if (audio.current) audio.current.playbackRate = speed;
  }, []);
  return { playing, at, broken, toggle, seek, setSpeed };
}
