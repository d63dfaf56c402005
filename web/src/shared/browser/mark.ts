import { attempt } from './attempt';

/** What a window says of itself to the others of its browser, and that ends with the window. It is read without asking them, so that a busy one need not answer. */
export interface Mark {
  set: (on: boolean) => void;
  /** Whether another window has set it. False where a browser has no locks (Web Locks API), as on pages without HTTPS. */
  elsewhere: () => Promise<boolean>;
}

export function openMark(name: string): Mark {
  let clear: (() => void) | undefined;
  return {
    set: (on) => {
      if (on === (clear !== undefined)) return;
      clear?.();
      clear = undefined;
      if (!on) return;
      const over = new Promise<void>((resolve) => (clear = resolve));
      attempt(() => void navigator.locks.request(name, { mode: 'shared' }, () => over).catch(() => undefined), undefined);
    },
    elsewhere: async () => {
      const locks = await attempt(() => navigator.locks.query().catch(() => undefined), undefined);
      const marks = locks?.held?.filter((lock) => lock.name === name).length ?? 0;
      return marks > (clear ? 1 : 0);
    },
  };
}
