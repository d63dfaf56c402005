import {
  IconPhoneIncoming,
  IconPhoneOutgoing,
  IconPhoneX,
  IconVideo,
  IconVideoOff,
  IconMicrophone,
  IconMicrophoneOff,
  type TablerIcon,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { CallKind, Direction } from '../../shared/api/types';
import classes from './CallIcon.module.css';

interface CallIconProps {
  kind: CallKind;
  direction: Direction;
  missed: boolean;
  live?: boolean;
  size?: number;
}

const icons: Record<CallKind, Record<Direction | 'missed', TablerIcon>> = {
  phone: { inbound: IconPhoneIncoming, outbound: IconPhoneOutgoing, missed: IconPhoneX },
  voice: { inbound: IconMicrophone, outbound: IconMicrophone, missed: IconMicrophoneOff },
  video: { inbound: IconVideo, outbound: IconVideo, missed: IconVideoOff },
};

/** The icon of a call's kind and direction (INBOX-1), red when missed, green when going on. */
export function CallIcon({ kind, direction, missed, live = false, size = 16 }: CallIconProps) {
  const { t } = useTranslation();
  const Icon = icons[kind][missed ? 'missed' : direction];
  return (
    <span
      className={classes.icon}
      data-tone={missed ? 'missed' : live ? 'live' : direction}
      role="img"
      aria-label={missed ? t('callCard.missedCall') : t(`callCard.${direction}${kind}`)}
    >
      <Icon size={size} stroke={1.8} />
    </span>
  );
}
