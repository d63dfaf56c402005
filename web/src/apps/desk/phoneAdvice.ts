import { useTranslation } from 'react-i18next';
import { phoneStatus } from '../../shared/phone/phone';
import { usePhone, usePhoneView } from '../../shared/phone/PhoneProvider';
import { useMe } from '../../shared/session/me';

export interface Advice {
  text: string;
  action?: { label: string; run: () => void };
}

/** What an agent can do about a phone that is not ready; undefined when there is nothing to do. */
export function usePhoneAdvice(): Advice | undefined {
  const { t } = useTranslation();
  const phone = usePhone();
  const view = usePhoneView();
  const me = useMe();
  switch (phoneStatus(view)) {
    case 'elsewhere': {
      const busy = view.elsewhereBusy || me.status === 'inCall';
      return busy
        ? { text: t('phone.elsewhereBusy'), action: { label: t('phone.moveHere'), run: () => void phone.claim(true) } }
        : { text: t('phone.elsewhereText'), action: { label: t('phone.useHere'), run: () => void phone.claim() } };
    }
    case 'no-mic': {
      const retry = { label: t('phone.allowMicrophone'), run: () => void phone.testMicrophone() };
      switch (view.microphone) {
        case 'insecure':
          return { text: t('phone.micInsecure') };
        case 'missing':
          return { text: t('phone.micMissing'), action: { ...retry, label: t('app.retry') } };
        case 'busy':
          return { text: t('phone.micBusy'), action: { ...retry, label: t('app.retry') } };
        default:
          return { text: t('phone.micDenied'), action: retry };
      }
    }
    case 'lost':
      return { text: t(view.trouble === 'refused' || view.trouble === 'engine' ? `phone.${view.trouble}` : 'phone.network') };
    default:
      return undefined;
  }
}
