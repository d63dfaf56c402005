import { createContext, use } from 'react';
import type { Me } from '../api/types';

export const MeContext = createContext<Me | null>(null);

/** The signed-in agent; only inside the desk. */
export function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new Error('useMe needs a signed-in agent');
  return me;
}

/** Whether this role may do an admin's work. */
export const administers = (me: Me): boolean => me.role === 'owner' || me.role === 'admin';
