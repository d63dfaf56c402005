import {
  IconBan,
  IconBell,
  IconBolt,
  IconBuildingBroadcastTower,
  IconBuildingStore,
  IconCalendarTime,
  IconClock,
  IconForms,
  IconHash,
  IconHeadphones,
  IconHeadset,
  IconHistory,
  IconHourglass,
  IconKey,
  IconKeyboard,
  IconPhoneOutgoing,
  IconRoute,
  IconSitemap,
  IconTag,
  IconUserCircle,
  IconUsersGroup,
  IconVolume,
  IconWebhook,
  type TablerIcon,
} from '@tabler/icons-react';
import type { ComponentType, LazyExoticComponent } from 'react';
import { part } from '../../shared/ui/part';
import type { en } from './words.en';

export type Group = 'me' | 'desk' | 'phone' | 'automation' | 'security';
export type PageName = keyof typeof en.settings.pages;

interface Entry {
  name: PageName;
  group: Group;
  icon: TablerIcon;
  page: LazyExoticComponent<ComponentType>;
}

/** Every page of the settings, in the order of the list. */
export const pages: readonly Entry[] = [
  { name: 'me', group: 'me', icon: IconUserCircle, page: part(() => import('./pages/AccountPage')) },
  { name: 'notifications', group: 'me', icon: IconBell, page: part(() => import('./pages/NotificationsPage')) },
  { name: 'devices', group: 'me', icon: IconHeadphones, page: part(() => import('./pages/DevicesPage')) },
  { name: 'shortcuts', group: 'me', icon: IconKeyboard, page: part(() => import('./pages/ShortcutsPage')) },
  { name: 'workspace', group: 'desk', icon: IconBuildingStore, page: part(() => import('./pages/WorkspacePage')) },
  { name: 'hours', group: 'desk', icon: IconClock, page: part(() => import('./pages/HoursPage')) },
  { name: 'routing', group: 'desk', icon: IconRoute, page: part(() => import('./pages/RoutingPage')) },
  { name: 'teams', group: 'desk', icon: IconUsersGroup, page: part(() => import('./pages/TeamsPage')) },
  { name: 'agents', group: 'desk', icon: IconHeadset, page: part(() => import('./pages/AgentsPage')) },
  { name: 'tags', group: 'desk', icon: IconTag, page: part(() => import('./pages/TagsPage')) },
  { name: 'fields', group: 'desk', icon: IconForms, page: part(() => import('./pages/FieldsPage')) },
  { name: 'sounds', group: 'desk', icon: IconVolume, page: part(() => import('./pages/SoundsPage')) },
  { name: 'numbers', group: 'phone', icon: IconHash, page: part(() => import('./pages/NumbersPage')) },
  { name: 'trunks', group: 'phone', icon: IconBuildingBroadcastTower, page: part(() => import('./pages/TrunksPage')) },
  { name: 'outbound', group: 'phone', icon: IconPhoneOutgoing, page: part(() => import('./pages/OutboundPage')) },
  { name: 'blocks', group: 'phone', icon: IconBan, page: part(() => import('./pages/BlocksPage')) },
  { name: 'flows', group: 'automation', icon: IconSitemap, page: part(() => import('./flows/FlowsPage')) },
  { name: 'workflows', group: 'automation', icon: IconBolt, page: part(() => import('./workflows/WorkflowsPage')) },
  { name: 'keys', group: 'security', icon: IconKey, page: part(() => import('./pages/KeysPage')) },
  { name: 'webhooks', group: 'security', icon: IconWebhook, page: part(() => import('./pages/WebhooksPage')) },
  { name: 'retention', group: 'security', icon: IconHourglass, page: part(() => import('./pages/RetentionPage')) },
  { name: 'audit', group: 'security', icon: IconHistory, page: part(() => import('./pages/AuditPage')) },
  { name: 'jobs', group: 'security', icon: IconCalendarTime, page: part(() => import('./pages/JobsPage')) },
];

export const groups: readonly Group[] = ['me', 'desk', 'phone', 'automation', 'security'];
