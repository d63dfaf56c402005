import { notifications } from '@mantine/notifications';
import { useCallback, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { client, result } from '../../shared/api/client';
import { showNotice } from '../../shared/browser/notice';
import { useDisplay } from '../../shared/format/useDisplay';
import { currentCall } from '../../shared/live/calls';
import { useLiveEvents, type EventListener } from '../../shared/live/LiveProvider';
import { playNotice } from '../../shared/phone/ringer';
import { useMe } from '../../shared/session/me';
import { settledBy, toldBy, type Told } from './told';
import { TrayLine } from './TrayLine';

const shownMs = 10_000;

/** Tells me of what happens beside calls: in the tray, by the system and by a sound, each as I have chosen (MISS-4, INBOX-3, CALL-7). */
export function useNotices(): void {
  const me = useMe();
  const tell = useTell();
  const latest = useRef({ me, tell });
  useEffect(() => {
    latest.current = { me, tell };
  });
  // How the system's notices are taken away again, by what they are about.
  const shown = useRef(new Map<string, () => void>());
  const onEvent = useCallback<EventListener>((event, before, after) => {
    const { me, tell } = latest.current;
    const settled = settledBy(event, before);
    if (settled) {
      notifications.hide(settled);
      shown.current.get(settled)?.();
      shown.current.delete(settled);
    }
    const told = toldBy(event, before, me);
    if (told) void tell(told, currentCall(after.calls, me.agentId) !== undefined).then((close) => close && shown.current.set(told.id, close));
  }, []);
  useLiveEvents(onEvent);
}

function useTell(): (told: Told, inCall: boolean) => Promise<(() => void) | undefined> {
  const me = useMe();
  const navigate = useNavigate();
  const text = useText();
  const nameOf = useNameOf();
  const { notices, volume } = me.preferences;
  return async (told, inCall) => {
    const ways = notices[told.kind];
    const to = told.kind === 'help' ? '/live' : `/inbox/${told.kind === 'missed' ? 'missed' : 'all'}/${told.conversationId}`;
    if (beingRead(told.conversationId) || !(ways.desk || ways.system || ways.sound)) return undefined;
    const title = await nameOf(told);
    const { says, action } = text(told);
    const open = () => {
      notifications.hide(told.id);
      void navigate(to);
    };
    if (ways.desk) notifications.show({ id: told.id, title, message: <TrayLine text={says} action={action} onAction={open} />, autoClose: shownMs });
    // Who does not want to be disturbed, or talks, sees it when they look.
    if (ways.sound && !me.dnd && !inCall) playNotice(volume);
    return ways.system && !me.dnd ? showNotice({ tag: told.id, title, body: says, url: to, onClick: open }) : undefined;
  };
}

/** What is on the screen before somebody's eyes needs no notice. */
const beingRead = (conversationId: string): boolean => document.hasFocus() && location.pathname.endsWith(`/${conversationId}`);

function useNameOf(): (told: Told) => Promise<string> {
  const { t } = useTranslation();
  const display = useDisplay();
  return async ({ call, conversationId }) => {
    if (call) return display.contactName(call.contact);
    try {
      const { contact } = await result(client.GET('/conversations/{id}', { params: { path: { id: conversationId } } }));
      return display.contactName(contact);
    } catch {
      return t('notices.conversation');
    }
  };
}

function useText(): (told: Told) => { says: string; action: string } {
  const { t } = useTranslation();
  return ({ kind, by: name, call }) => {
    const action = t('notices.open');
    switch (kind) {
      case 'help':
        return { says: t('notices.help', { name }), action: t('notices.toLive') };
      case 'missed':
        return { says: t('notices.missed', { reason: t(`missed.${call?.missedReason ?? 'userLeft'}`) }), action };
      case 'snoozed':
        return { says: t('notices.snoozed'), action };
      default:
        return { says: name ? t(`notices.${kind}`, { name }) : t(`notices.${kind}Nobody`), action };
    }
  };
}
