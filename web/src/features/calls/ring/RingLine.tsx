import { Button } from '@mantine/core';
import { IconPhone, IconPhoneOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDisplay } from '../../../shared/format/useDisplay';
import { myPart } from '../../../shared/live/calls';
import { useMe } from '../../../shared/session/me';
import { IconButton } from '../IconButton';
import { Timer } from '../../../shared/ui/Timer';
import { Truncated } from '../../../shared/ui/Truncated';
import classes from './Ring.module.css';
import { useAnswer, type RingProps } from './useAnswer';

/** One more call that rings, in a line. */
export function RingLine(props: RingProps) {
  const { call } = props;
  const { t } = useTranslation();
  const me = useMe();
  const display = useDisplay();
  const { answer, decline, declining, connecting, obstacle } = useAnswer(props);
  return (
    <section className={classes.line} aria-label={t('ring.region')} data-testid="ring-box" data-call={call.id}>
      <div className={classes.lineWho}>
        <Truncated text={display.contactName(call.contact)} className={classes.lineName} />
        <span className={classes.number}>
          <Truncated text={call.number.label || t('ring.number')} /> · <Timer since={myPart(call, me.agentId)?.ringingAt ?? call.startedAt} />
        </span>
      </div>
      <IconButton icon={IconPhoneOff} label={t('ring.decline')} tone="red" loading={declining} onClick={decline} />
      <Button className={classes.answer} size="xs" leftSection={<IconPhone size={15} />} disabled={obstacle !== undefined} title={obstacle} loading={connecting} onClick={answer}>
        {t('ring.answer')}
      </Button>
    </section>
  );
}
