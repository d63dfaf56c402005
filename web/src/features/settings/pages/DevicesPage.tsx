import { useTranslation } from 'react-i18next';
import { currentCall } from '../../../shared/live/calls';
import { useLiveState } from '../../../shared/live/LiveProvider';
import { Devices } from '../../../shared/phone/Devices';
import { useMe } from '../../../shared/session/me';
import { Page } from '../Page';

/** What this browser speaks, hears and rings with (CALL-5); what is chosen holds at once. */
export default function DevicesPage() {
  const { t } = useTranslation();
  const me = useMe();
  const call = currentCall(useLiveState().calls, me.agentId);
  return (
    <Page title={t('settings.pages.devices')} lead={t('settings.devicesLead')} mine>
      <Devices callId={call?.id} />
    </Page>
  );
}
