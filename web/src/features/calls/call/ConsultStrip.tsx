import { Button } from '@mantine/core';
import { IconMessages } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { useMe } from '../../../shared/session/me';
import { colleaguesOf } from '../selectors';
import classes from './CallBox.module.css';
import type { Talk } from './CallControls';

/** I have asked a colleague in while the customer hears music: the call can be handed over now (CALL-7). */
export function ConsultStrip({ call, talk }: { call: Call; talk: Talk }) {
  const { t } = useTranslation();
  const me = useMe();
  const asked = call.hold && colleaguesOf(call, me.agentId).find((colleague) => colleague.invitedBy?.id === me.agentId);
  if (!asked?.agentId) return null;
  const { agentId, name } = asked;
  return (
    <div className={classes.strip} data-tone="accent">
      <IconMessages size={16} />
      <div className={classes.consult}>
        <strong>{t('call.consulting', { name })}</strong>
        <Button size="compact-sm" loading={talk.busy('transfer')} onClick={() => talk.actions.run('transfer', { agentId })}>
          {t('call.handOver')}
        </Button>
      </div>
    </div>
  );
}
