import { Portal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { useDisplay } from '../../../shared/format/useDisplay';
import { useMe } from '../../../shared/session/me';
import { useKeys } from '../../../shared/shortcuts/Keys';
import { ringKind } from './ringKind';
import { useRingAlert } from './useRingAlert';

/** Sound and title; apart from the box, so that it stands whatever the browser makes of them. */
export function RingAlert({ call, onBlocked }: { call: Call | undefined; onBlocked: (blocked: boolean) => void }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const { agentId, preferences } = useMe();
  const { ringTone, volume, notices } = preferences;
  const sound = call && notices[ringKind(call, agentId)].sound ? { ringTone, volume } : undefined;
  useRingAlert(call && t('ring.title', { name: display.contactName(call.contact) }), sound, onBlocked);
  return null;
}

/** Says a ring to those who do not see it. The node is there before, or nothing would be said. */
export function Announcement({ call }: { call: Call | undefined }) {
  const { t } = useTranslation();
  const keys = useKeys();
  const display = useDisplay();
  const text = call && t('ring.announcement', { name: display.contactName(call.contact), number: display.customerNumber(call), keys: keys.text('answer') });
  return (
    <Portal>
      <span className="visually-hidden" aria-live="assertive" data-testid="ring-announcement">
        {text}
      </span>
    </Portal>
  );
}
