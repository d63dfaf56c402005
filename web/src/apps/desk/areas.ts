import { IconAddressBook, IconChartBar, IconGauge, IconInbox, IconSettings, type TablerIcon } from '@tabler/icons-react';
import type { Me } from '../../shared/api/types';
import type { en } from './words.en';

/** A part of the desk with an address of its own; its route stands in Desk.tsx. */
export interface Area {
  to: string;
  icon: TablerIcon;
  name: keyof typeof en.areas;
  /** G and then this letter leads there. */
  letter: string;
  /** Who has it; without, everybody. */
  who?: (me: Me) => boolean;
  /** On a phone it stands under Me, where the bar has no room. */
  underMe?: boolean;
}

/** In the order of the rail. */
export const areas: readonly Area[] = [
  { to: '/inbox', icon: IconInbox, name: 'inbox', letter: 'I' },
  { to: '/contacts', icon: IconAddressBook, name: 'contacts', letter: 'O' },
  { to: '/live', icon: IconGauge, name: 'live', letter: 'L', underMe: true },
  { to: '/stats', icon: IconChartBar, name: 'stats', letter: 'A', underMe: true },
  { to: '/settings', icon: IconSettings, name: 'settings', letter: 'S', underMe: true },
];
