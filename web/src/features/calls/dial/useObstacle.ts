import { useTranslation } from 'react-i18next';
import { currentCall } from '../../../shared/live/calls';
import { useLiveState } from '../../../shared/live/LiveProvider';
import { phoneStatus } from '../../../shared/phone/phone';
import { usePhoneView } from '../../../shared/phone/PhoneProvider';
import { useMe } from '../../../shared/session/me';

/** Why I cannot call at all, and who can change it (OUT-1). */
export function useObstacle(): string | undefined {
  const { t } = useTranslation();
  const me = useMe();
  const { calls } = useLiveState();
  const status = phoneStatus(usePhoneView());
  if (!me.seat) return t('placing.noSeat');
  if (!me.placesCalls) return t('placing.noPermission');
  if (currentCall(calls, me.agentId)) return t('placing.inCall');
  switch (status) {
    case 'ready':
      return undefined;
    case 'no-mic':
      return t('placing.noMicrophone');
    case 'elsewhere':
      return t('placing.elsewhere');
    default:
      return t('placing.notReady');
  }
}
