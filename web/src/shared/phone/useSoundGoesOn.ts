import { useEffect, useState } from 'react';
import { usePhone } from './PhoneProvider';

const lookMs = 2000;

/** While `watching`: whether the far side is still heard, by what comes in; undefined without a call, or while it is not known. */
export function useSoundGoesOn(watching: boolean): boolean | undefined {
  const phone = usePhone();
  const [goesOn, setGoesOn] = useState<boolean>();
  useEffect(() => {
    if (!watching) return;
    let before: number | undefined;
    let over = false;
    const look = async () => {
      const now = await phone.packetsHeard();
      if (over) return;
      setGoesOn(now === undefined || before === undefined ? undefined : now > before);
      before = now;
    };
    void look();
    const timer = setInterval(() => void look(), lookMs);
    return () => {
      over = true;
      clearInterval(timer);
      setGoesOn(undefined);
    };
  }, [phone, watching]);
  return goesOn;
}
