import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../shared/api/client';
import type { Call, CallQualityReport } from '../../shared/api/types';
import { clock } from '../../shared/format/duration';
import { addWords } from '../../shared/i18n';
import { isLive } from '../../shared/live/reducer';
import { Truncated } from '../../shared/ui/Truncated';
import classes from './CallSound.module.css';
import { en } from './quality.words.en';
import { ko } from './quality.words.ko';

addWords({ en, ko });

/** How a call's sound was for each agent who was in it, as their browsers reported it (CALL-1). */
export function CallSound({ call }: { call: Call }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['callSound', call.id, isLive(call)] as const,
    // A browser reports a moment after the end.
    staleTime: 0,
    queryFn: () => result(client.GET('/calls/{id}/quality', { params: { path: { id: call.id } } })),
  });
  if (!data || data.items.length === 0) return null;
  return (
    <section className={classes.sound} aria-label={t('callSound.title')} data-testid="call-sound">
      <h4 className={classes.title}>{t('callSound.title')}</h4>
      <dl className={`${classes.list} tabular`}>
        {data.items.map(({ participantId, name, report }) => (
          <div key={participantId}>
            <dt>
              <Truncated text={name} />
            </dt>
            <dd data-level={levelOf(report)}>
              <Summary report={report} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Bad or silent for a tenth of the time is bad, as callers have it. */
const levelOf = ({ seconds, fairSeconds, badSeconds, silentSeconds }: CallQualityReport): 'good' | 'fair' | 'bad' => {
  if (badSeconds + silentSeconds > seconds / 10) return 'bad';
  return fairSeconds + badSeconds + silentSeconds > 0 ? 'fair' : 'good';
};

const percent = (part: number, of: number): number => (of > 0 ? (100 * part) / of : 0);

function Summary({ report }: { report: CallQualityReport }) {
  const { t } = useTranslation();
  const { seconds, fairSeconds, badSeconds, silentSeconds, received, sent, rttMs, codec } = report;
  const fair = Math.round(percent(fairSeconds, seconds));
  const bad = Math.round(percent(badSeconds, seconds));
  const way = (of: CallQualityReport['sent']) => ({ loss: percent(of.lost, of.packets).toFixed(1), jitter: of.jitterMs });
  const head = [
    fairSeconds + badSeconds === 0 ? t('callSound.good') : t('callSound.shares', { good: 100 - fair - bad, fair, bad }),
    silentSeconds > 0 && t('callSound.silent', { time: clock(silentSeconds * 1000) }),
  ];
  const figures = [t('callSound.received', way(received)), t('callSound.sent', way(sent)), t('callSound.rtt', { rtt: rttMs }), codec];
  return (
    <>
      <strong>{head.filter(Boolean).join(' · ')}</strong>
      <span>{figures.filter(Boolean).join(' · ')}</span>
    </>
  );
}
