import { Button, CloseButton } from '@mantine/core';
import { IconPhone, IconPhoneX } from '@tabler/icons-react';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { useDisplay } from '../../../shared/format/useDisplay';
import { myPart } from '../../../shared/live/calls';
import { useLiveEvents, type EventListener } from '../../../shared/live/LiveProvider';
import { useMe } from '../../../shared/session/me';
import { tellProblem } from '../../../shared/ui/problems';
import { Truncated } from '../../../shared/ui/Truncated';
import { failureOf, type CallFailure } from '../selectors';
import { usePlaceCall } from '../usePlaceCall';
import classes from './CallFailed.module.css';

const shownMs = 8000;

/** Why the call that I placed was not answered, for a while in its place (OUT-8). */
export function CallFailed() {
  const { agentId } = useMe();
  const [failed, setFailed] = useState<{ call: Call; why: CallFailure }>();
  const onEvent = useCallback<EventListener>(
    (event, before) => {
      if (event.topic !== 'call') return;
      const former: Call | undefined = before.calls[event.data.id];
      const why = failureOf(event.data);
      if (former && why && myPart(former, agentId)?.state === 'joined') setFailed({ call: event.data, why });
    },
    [agentId],
  );
  useLiveEvents(onEvent);
  useEffect(() => {
    if (!failed) return;
    const timer = setTimeout(() => setFailed(undefined), shownMs);
    return () => clearTimeout(timer);
  }, [failed]);
  return failed ? <Card call={failed.call} why={failed.why} onClose={() => setFailed(undefined)} /> : null;
}

function Card({ call, why, onClose }: { call: Call; why: CallFailure; onClose: () => void }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const place = usePlaceCall();
  const again = () =>
    place.mutate({ to: call.to, numberId: call.number.id || undefined, contactId: call.contact.id }, { onSuccess: onClose, onError: tellProblem });
  return (
    <section className={classes.card} aria-label={t('call.region')} role="status" data-testid="call-failed" data-why={why}>
      <IconPhoneX size={20} stroke={1.7} />
      <div className={classes.what}>
        <Truncated text={display.contactName(call.contact)} className={classes.name} />
        <span>{t(`call.failure.${why}`)}</span>
      </div>
      <CloseButton aria-label={t('app.close')} onClick={onClose} />
      {why !== 'moved' && (
        <Button className={classes.again} variant="default" leftSection={<IconPhone size={16} />} loading={place.isPending} onClick={again}>
          {t('call.again')}
        </Button>
      )}
    </section>
  );
}
