import { useLiveStatus } from '../../shared/live/LiveProvider';
import { phoneStatus, type PhoneStatus } from '../../shared/phone/phone';
import { usePhoneView } from '../../shared/phone/PhoneProvider';
import { useMe } from '../../shared/session/me';
import { standing, type Standing } from './standing';

/** How I stand now. */
export function useStanding(): Standing & { phone: PhoneStatus } {
  const me = useMe();
  const phone = phoneStatus(usePhoneView());
  const connected = useLiveStatus() !== 'lost';
  return { ...standing({ me, phone, connected }), phone };
}
