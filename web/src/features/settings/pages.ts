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
import { lazy, type ComponentType, type LazyExoticComponent } from 'react';
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
  { name: 'me', group: 'me', icon: IconUserCircle, page: lazy(() => import('./pages/AccountPage')) },
  { name: 'notifications', group: 'me', icon: IconBell, page: lazy(() => import('./pages/NotificationsPage')) },
  { name: 'devices', group: 'me', icon: IconHeadphones, page: lazy(() => import('./pages/DevicesPage')) },
  { name: 'shortcuts', group: 'me', icon: IconKeyboard, page: lazy(() => import('./pages/ShortcutsPage')) },
  { name: 'workspace', group: 'desk', icon: IconBuildingStore, page: lazy(() => import('./pages/WorkspacePage')) },
  { name: 'hours', group: 'desk', icon: IconClock, page: lazy(() => import('./pages/HoursPage')) },
  { name: 'routing', group: 'desk', icon: IconRoute, page: lazy(() => import('./pages/RoutingPage')) },
  { name: 'teams', group: 'desk', icon: IconUsersGroup, page: lazy(() => import('./pages/TeamsPage')) },
  { name: 'agents', group: 'desk', icon: IconHeadset, page: lazy(() => import('./pages/AgentsPage')) },
  { name: 'tags', group: 'desk', icon: IconTag, page: lazy(() => import('./pages/TagsPage')) },
  { name: 'fields', group: 'desk', icon: IconForms, page: lazy(() => import('./pages/FieldsPage')) },
  { name: 'sounds', group: 'desk', icon: IconVolume, page: lazy(() => import('./pages/SoundsPage')) },
  { name: 'numbers', group: 'phone', icon: IconHash, page: lazy(() => import('./pages/NumbersPage')) },
  { name: 'trunks', group: 'phone', icon: IconBuildingBroadcastTower, page: lazy(() => import('./pages/TrunksPage')) },
  { name: 'outbound', group: 'phone', icon: IconPhoneOutgoing, page: lazy(() => import('./pages/OutboundPage')) },
  { name: 'blocks', group: 'phone', icon: IconBan, page: lazy(() => import('./pages/BlocksPage')) },
  { name: 'flows', group: 'automation', icon: IconSitemap, page: lazy(() => import('./flows/FlowsPage')) },
  { name: 'workflows', group: 'automation', icon: IconBolt, page: lazy(() => import('./workflows/WorkflowsPage')) },
  { name: 'keys', group: 'security', icon: IconKey, page: lazy(() => import('./pages/KeysPage')) },
  { name: 'webhooks', group: 'security', icon: IconWebhook, page: lazy(() => import('./pages/WebhooksPage')) },
  { name: 'retention', group: 'security', icon: IconHourglass, page: lazy(() => import('./pages/RetentionPage')) },
  { name: 'audit', group: 'security', icon: IconHistory, page: lazy(() => import('./pages/AuditPage')) },
  { name: 'jobs', group: 'security', icon: IconCalendarTime, page: lazy(() => import('./pages/JobsPage')) },
];

export const groups: readonly Group[] = ['me', 'desk', 'phone', 'automation', 'security'];
