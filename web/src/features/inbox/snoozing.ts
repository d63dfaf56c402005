/** The moments that a conversation can be snoozed until, by the agent's own clock; one that has gone by is not offered. */
export function snoozeChoices(now: Date): { name: 'hour' | 'evening' | 'tomorrow' | 'monday'; at: Date }[] {
  const day = (days: number, hour: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const toMonday = ((8 - now.getDay()) % 7) || 7;
  const choices = [
    { name: 'hour' as const, at: new Date(now.getTime() + 3_600_000) },
    { name: 'evening' as const, at: day(0, 18) },
    { name: 'tomorrow' as const, at: day(1, 9) },
    { name: 'monday' as const, at: day(toMonday, 9) },
  ];
  return choices.filter(({ at }) => at > now);
}

/** A moment as `<input type="datetime-local">` writes it. */
export function localInput(at: Date): string {
  const pad = (n: number) => String(n).padStart(2, '0');
  return `${at.getFullYear()}-${pad(at.getMonth() + 1)}-${pad(at.getDate())}T${pad(at.getHours())}:${pad(at.getMinutes())}`;
}
