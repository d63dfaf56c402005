import { useTranslation } from 'react-i18next';
import type { Call } from '../../../shared/api/types';
import { currentCall } from '../../../shared/live/calls';
import { useLiveState } from '../../../shared/live/LiveProvider';
import { useMe } from '../../../shared/session/me';
import { Truncated } from '../../../shared/ui/Truncated';
import { colleaguesOf, presentAgents, ringWhy } from '../selectors';
import { Lately } from './Lately';
import classes from './Ring.module.css';
import { RingFace } from './RingFace';
import { useAnswer, type RingProps } from './useAnswer';

/** A call that rings for me, with what it does to the one that I am in, and what was before (IN-1, IN-9). */
export function RingCard(props: RingProps) {
  const { call, blocked } = props;
  return (
    <RingFace call={call} blocked={blocked} ring={useAnswer(props)} why={<Why call={call} />}>
      <Consequence />
      <Lately call={call} />
    </RingFace>
  );
}

/** Why it rings at me, when not simply because somebody calls. */
function Why({ call }: { call: Call }) {
  const { t } = useTranslation();
  const me = useMe();
  const { agents } = useLiveState();
  const reason = ringWhy(call, me.agentId, agents);
  if (reason.why === 'inbound') return null;
  const inside = presentAgents(call).map((agent) => agent.name);
  return (
    <p className={classes.why}>
      <strong>{reason.by ? t(`ring.${reason.why}`, { name: reason.by }) : t(`ring.${reason.why}Nobody`)}</strong>
      {inside.length > 0 && <Truncated text={t('ring.inside', { names: inside.join(', ') })} />}
    </p>
  );
}

/** What accepting does to the call that I am in (IN-9, CALL-6). */
function Consequence() {
  const { t } = useTranslation();
  const me = useMe();
  const { calls } = useLiveState();
  const current = currentCall(calls, me.agentId);
  if (!current) return null;
  return <p className={classes.consequence}>{colleaguesOf(current, me.agentId).length > 0 ? t('ring.leaves') : t('ring.ends')}</p>;
}
