import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { showNotice } from '../../../shared/browser/notice';
import { useDisplay } from '../../../shared/format/useDisplay';
import { myPart } from '../../../shared/live/calls';
import { useMe } from '../../../shared/session/me';
import { ringKind } from './ringKind';
import { useAnswer, type RingProps } from './useAnswer';

/** The system's notice of a ring, for whoever looks at something else: the call can be answered and declined there. */
export default function RingNotice(props: RingProps) {
  const { call } = props;
  const { t } = useTranslation();
  const me = useMe();
  const display = useDisplay();
  const { answer, decline } = useAnswer(props);
  const latest = useRef({ answer, decline });
  useEffect(() => {
    latest.current = { answer, decline };
  });
  const kind = ringKind(call, me.agentId);
  const wanted = me.preferences.notices[kind].system;
  const title = display.contactName(call.contact);
  const by = myPart(call, me.agentId)?.invitedBy?.name;
  const body = kind === 'ring' ? t('ring.notification', { label: call.number.label }) : by ? t('ring.invited', { name: by }) : t('ring.invitedNobody');
  const [accepts, declines] = [t('ring.answer'), t('ring.decline')];
  const { id, conversationId } = call;
  useEffect(() => {
    if (!wanted) return;
    const onClick = (action: string) => {
      if (action === 'answer') latest.current.answer();
      if (action === 'decline') latest.current.decline();
    };
    const actions = [
      { action: 'answer', title: accepts },
      { action: 'decline', title: declines },
    ];
    const show = () => showNotice({ tag: `call-${id}`, title, body, url: `/inbox/all/${conversationId}`, actions, stays: true, onClick });
    let close = show();
    // Who looks away while it rings is told then.
    const onBlur = () => {
      close();
      close = show();
    };
    window.addEventListener('blur', onBlur);
    return () => {
      window.removeEventListener('blur', onBlur);
      close();
    };
  }, [wanted, id, conversationId, title, body, accepts, declines]);
  return null;
}
