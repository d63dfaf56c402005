import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPhonePlus, IconPhoneRinging } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { numbersQuery } from '../api/queries';
import { useTestCall } from '../calls/useTestCall';
import { useDisplay } from '../contacts/useDisplay';
import { administers, useMe } from '../session/MeContext';
import { Empty } from '../ui/Empty';

/** The newcomer's first minute: see and hear a call without having a phone. */
export function FirstRun() {
  const { t } = useTranslation();
  const me = useMe();
  const display = useDisplay();
  const testCall = useTestCall();
  const { data } = useQuery(numbersQuery);
  const number = data?.items[0];
  const admin = administers(me);
  return (
    <Empty
      icon={IconPhoneRinging}
      title={t('inbox.firstTitle')}
      text={admin && number ? t('inbox.firstText', { number: display.number(number.number) }) : t('inbox.firstTextAgent')}
    >
      {admin && (
        <Button leftSection={<IconPhonePlus size={18} />} loading={testCall.isPending} onClick={() => testCall.mutate()}>
          {t('app.testCall')}
        </Button>
      )}
    </Empty>
  );
}
