import { useEffect, useState } from 'react';

/** Whether so many milliseconds have gone by since this was first shown: what is quick needs no sign of waiting. */
export function useAfter(ms: number): boolean {
  const [past, setPast] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPast(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return past;
}
