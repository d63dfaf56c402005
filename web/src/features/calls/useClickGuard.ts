import { useLayoutEffect, useState, type MouseEvent } from 'react';

const guardMs = 400;

/**
 * For 400 ms after a call was accepted, and after its box has come, the dock takes no clicks: the second half of a double click on Answer must not
 * hang up.
 */
export function useClickGuard(frame: { current: HTMLElement | null }, callId: string | undefined): ClickGuard {
  const [guard] = useState(() => new ClickGuard(() => frame.current));
  useLayoutEffect(() => {
    if (callId) guard.arm();
  }, [callId, guard]);
  return guard;
}

class ClickGuard {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly frame: () => HTMLElement | null) {}

  readonly arm = (): void => {
    this.frame()?.setAttribute('data-guarded', '');
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.frame()?.removeAttribute('data-guarded'), guardMs);
  };

  readonly swallow = (event: MouseEvent): void => {
    if (!this.frame()?.hasAttribute('data-guarded')) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
