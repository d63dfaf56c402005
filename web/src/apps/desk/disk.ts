import { useQuery } from '@tanstack/react-query';

// A disk fills up over hours; the server itself looks every 10 s.
const lookEveryMs = 60_000;

/** Whether the server says that its disk is nearly full, so that new calls are not recorded. */
export async function diskIsLow(): Promise<boolean> {
  const response = await fetch('/readyz'); // 503 while calls cannot be taken; the body tells all the same
  const parts = (await response.json()) as { disk?: string };
  return parts.disk !== undefined && parts.disk !== 'ok';
}

/** The same for who can do something about it; false for the others, and while it cannot be told. */
export function useDiskIsLow(enabled: boolean): boolean {
  return useQuery({ queryKey: ['disk'], queryFn: diskIsLow, enabled, refetchInterval: lookEveryMs, retry: false }).data ?? false;
}
