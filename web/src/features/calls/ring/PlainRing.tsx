import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { ringingCalls } from '../../../shared/live/calls';
import { useLiveState } from '../../../shared/live/LiveProvider';
import { usePhone, usePhoneView } from '../../../shared/phone/PhoneProvider';
import { useMe } from '../../../shared/session/me';
import classes from '../Plain.module.css';
import { useCallActions } from '../useCallActions';

/** A ringing call with as little as answering it takes: for when the ring box itself breaks. */
export function PlainRing({ call }: { call: Call }) {
  const { t } = useTranslation();
  const phone = usePhone();
  const session = usePhoneView().sessions[call.id];
  const actions = useCallActions(call.id);
  return (
    <section className={classes.box} aria-label={t('ring.region')} aria-live="assertive" data-testid="ring-box" data-call={call.id}>
      <strong>{call.contact.name || call.from || t('ring.region')}</strong>
      <div className={classes.actions}>
        <button type="button" onClick={() => actions.run('decline')}>
          {t('ring.decline')}
        </button>
        <button type="button" className={classes.main} disabled={session !== 'incoming'} onClick={() => void phone.answer(call.id).catch(() => undefined)}>
          {t('ring.answer')}
        </button>
      </div>
    </section>
  );
}

export function PlainRings() {
  const me = useMe();
  const ringing = ringingCalls(useLiveState().calls, me.agentId);
  return (
    <div className={classes.stack}>
      {ringing.map((call) => (
        <PlainRing key={call.id} call={call} />
      ))}
    </div>
  );
}
