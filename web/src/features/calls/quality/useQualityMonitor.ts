import { useEffect, useState } from 'react';
import type { Call } from '../../../shared/api/types';
import { usePhone, usePhoneView } from '../../../shared/phone/PhoneProvider';
import { fetched } from '../../../shared/ui/part';
import type { QualityMonitor } from './monitor';
import type { StatsEntry } from './sample';

/** Measures the call's sound from when it is first there until the call is over, and reports it then. */
export function useQualityMonitor(call: Call): QualityMonitor | undefined {
  const phone = usePhone();
  const up = usePhoneView().sessions[call.id] === 'up';
  const [started, setStarted] = useState(up);
  const [monitor, setMonitor] = useState<QualityMonitor>();
  if (up && !started) setStarted(true);
  useEffect(() => {
    if (!started) return;
    let made: QualityMonitor | undefined;
    let over = false;
    void fetched(() => import('./monitor')).then(
      ({ QualityMonitor }) => {
        if (over) return;
        made = new QualityMonitor(call.id, async () => (await phone.stats(call.id))?.values() as Iterable<StatsEntry> | undefined);
        made.start();
        setMonitor(made);
      },
      () => undefined, // without it the call is as good as with it
    );
    return () => {
      over = true;
      made?.end();
    };
  }, [phone, call.id, started]);
  const talking = call.state === 'talking';
  const held = call.hold !== undefined;
  useEffect(() => monitor?.follow(talking, held), [monitor, talking, held]);
  return monitor;
}
