import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { phoneStatus } from '../phone/phone';
import { usePhone, usePhoneView } from '../phone/PhoneProvider';
import classes from './PhoneAdvice.module.css';

export interface Advice {
  text: string;
  action?: { label: string; run: () => void };
}

/** What an agent can do about a phone that is not ready; undefined when there is nothing to do. */
export function usePhoneAdvice(): Advice | undefined {
  const { t } = useTranslation();
  const phone = usePhone();
  const view = usePhoneView();
  switch (phoneStatus(view)) {
    case 'elsewhere':
      return {
        text: view.elsewhereBusy ? t('phone.elsewhereBusy') : t('phone.elsewhereText'),
        action: { label: t('phone.useHere'), run: () => void phone.claim() },
      };
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
      return { text: view.trouble === 'refused' ? t('phone.refused') : t('phone.network') };
    default:
      return undefined;
  }
}

export function PhoneAdvice({ advice }: { advice: Advice }) {
  return (
    <div className={classes.advice}>
      <span>{advice.text}</span>
      {advice.action && (
        <Button size="compact-sm" variant="light" onClick={advice.action.run}>
          {advice.action.label}
        </Button>
      )}
    </div>
  );
}
