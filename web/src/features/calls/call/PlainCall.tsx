import { useTranslation } from 'react-i18next';
import { currentCall, myPart } from '../../../shared/live/calls';
import { useLiveState } from '../../../shared/live/LiveProvider';
import { useMe } from '../../../shared/session/me';
import classes from '../Plain.module.css';
import { useCallActions } from '../useCallActions';

/** The running call with as little as going on with it takes: for when the call box itself breaks. */
export function PlainCall() {
  const { t } = useTranslation();
  const me = useMe();
  const call = currentCall(useLiveState().calls, me.agentId);
  const actions = useCallActions(call?.id ?? '');
  if (!call) return null;
  const muted = myPart(call, me.agentId)?.muted ?? false;
  return (
    <section className={classes.box} aria-label={t('call.region')} data-testid="call-box" data-call={call.id}>
      <strong>{call.contact.name || call.from || t('call.region')}</strong>
      <div className={classes.actions}>
        <button type="button" onClick={() => actions.run(muted ? 'unmute' : 'mute')}>
          {muted ? t('call.unmute') : t('call.mute')}
        </button>
        <button type="button" onClick={() => actions.run(call.hold ? 'release' : 'hold')}>
          {call.hold ? t('call.release') : t('call.hold')}
        </button>
        <button type="button" onClick={() => actions.run('leave')}>
          {t('call.leave')}
        </button>
      </div>
    </section>
  );
}
