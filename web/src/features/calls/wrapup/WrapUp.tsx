import { Button, Tooltip } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconCircleCheck, IconNotes } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { serverNow } from '../../../shared/format/clock';
import { clock } from '../../../shared/format/duration';
import { useDisplay } from '../../../shared/format/useDisplay';
import { useMe } from '../../../shared/session/me';
import { useUpdateMe } from '../../../shared/session/useUpdateMe';
import { tellProblem } from '../../../shared/ui/problems';
import { Truncated } from '../../../shared/ui/Truncated';
import { useLastCall, type LastCall } from './useLastCall';
import classes from './WrapUp.module.css';

/** After a call: until it is finished, closed, or its time is over (END-5). */
export function WrapUp() {
  const me = useMe();
  const last = useLastCall();
  if (me.status !== 'wrapUp' || !me.wrapUpUntil) return null;
  return <Card until={me.wrapUpUntil} extensions={me.wrapUpExtensions ?? 0} last={last} />;
}

interface CardProps {
  until: string;
  /** How often it can still be made longer. */
  extensions: number;
  last: LastCall | undefined;
}

function Card({ until, extensions, last }: CardProps) {
  const { t } = useTranslation();
  const display = useDisplay();
  const finish = useUpdateMe();
  const longer = useUpdateMe();
  // Closing ends the wrap-up, too: one click for both.
  const close = useMutation({
    mutationFn: (id: string) => result(client.PATCH('/conversations/{id}', { params: { path: { id } }, body: { state: 'closed' } })),
    onError: tellProblem,
  });
  return (
    <section className={classes.card} aria-label={t('wrapUp.title')} data-region data-testid="wrap-up">
      <Countdown until={until} since={last?.leftAt} />
      {last && (
        <>
          <p className={classes.about}>
            <Truncated text={last.name || display.number(last.number)} />
            <span className="tabular">· {t('wrapUp.talked', { time: clock(last.talkMs) })}</span>
          </p>
          <Button component={Link} to={`/inbox/all/${last.conversationId}#note`} variant="default" leftSection={<IconNotes size={17} />}>
            {t('wrapUp.note')}
          </Button>
        </>
      )}
      <div className={classes.actions}>
        {last && (
          <Button leftSection={<IconCircleCheck size={17} />} loading={close.isPending} onClick={() => close.mutate(last.conversationId)}>
            {t('wrapUp.close')}
          </Button>
        )}
        <div className={classes.pair}>
          <Button variant="default" loading={finish.isPending} onClick={() => finish.mutate({ wrapUp: false })}>
            {t('wrapUp.finish')}
          </Button>
          <Tooltip label={extensions > 0 ? t('wrapUp.longerHint', { count: extensions }) : t('wrapUp.longest')}>
            <Button
              variant="default"
              aria-disabled={extensions === 0}
              data-disabled={extensions === 0 || undefined}
              loading={longer.isPending}
              onClick={() => extensions > 0 && longer.mutate({ extendWrapUp: true })}
            >
              {t('wrapUp.longer')}
            </Button>
          </Tooltip>
        </div>
      </div>
    </section>
  );
}

const tickMs = 250;
/** The end is near. */
const soonMs = 10_000;

function Countdown({ until, since }: { until: string; since: string | undefined }) {
  const { t } = useTranslation();
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), tickMs);
    return () => clearInterval(timer);
  }, []);
  const end = Date.parse(until);
  const left = Math.max(0, end - now);
  const whole = since ? end - Date.parse(since) : 0;
  return (
    <div className={classes.head} data-soon={left <= soonMs || undefined}>
      <h2>{t('wrapUp.title')}</h2>
      <time className={`${classes.left} tabular`} role="timer">
        {clock(left)}
      </time>
      {whole > 0 && (
        <span className={classes.bar} aria-hidden="true">
          <span style={{ transform: `scaleX(${Math.min(1, left / whole)})` }} />
        </span>
      )}
    </div>
  );
}
