import { IconHeadsetOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Call } from '../../shared/api/types';
import { useDisplay } from '../../shared/format/useDisplay';
import { Empty } from '../../shared/ui/Empty';
import { Timer } from '../../shared/ui/Timer';
import { Truncated } from '../../shared/ui/Truncated';
import classes from './Panel.module.css';
import { speakers } from './select';
import { Supervise } from './Supervise';

/** Who talks with whom; who asks for help stands first. */
export function TalkPanel({ calls, may }: { calls: readonly Call[]; may: boolean }) {
  const { t } = useTranslation();
  if (calls.length === 0) return <Empty icon={IconHeadsetOff} title={t('board.talkEmpty')} />;
  return (
    <ul className={classes.rows}>
      {calls.map((call) => (
        <Talk key={call.id} call={call} may={may} />
      ))}
    </ul>
  );
}

function Talk({ call, may }: { call: Call; may: boolean }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const who = speakers(call).map(({ name }) => name).join(', ');
  const name = `${who} ↔ ${display.contactName(call.contact)}`;
  return (
    <li className={classes.row} data-help={call.help ? true : undefined}>
      <span className={classes.text}>
        <Truncated text={name} className={classes.name} />
        <span className={classes.facts}>
          {call.team?.name ?? call.number.label ?? ''}
          {call.hold && (
            <span className={classes.amber}>
              {' '}
              · {t('board.hold')} <Timer since={call.hold.since} />
            </span>
          )}
          {call.recordingPaused && ` · ${t('board.paused')}`}
          {call.help && <strong className={classes.red}> · ✋ {t('board.help')}</strong>}
        </span>
      </span>
      <span className={classes.time}>
        <Timer since={call.answeredAt ?? call.startedAt} />
      </span>
      {may && <Supervise call={call} name={who} />}
    </li>
  );
}
