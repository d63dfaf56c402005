import { IconHeadset, IconUserPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useCallActions } from '../../../features/calls/useCallActions';
import { currentCall } from '../../../shared/live/calls';
import { useLiveState } from '../../../shared/live/LiveProvider';
import { useMe } from '../../../shared/session/me';
import type { Choice } from './choices';

/** Every colleague with how they are: to be invited while I talk, otherwise to see what they work on. */
export function useColleagues(): Choice[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { agentId } = useMe();
  const { agents, calls } = useLiveState();
  const call = currentCall(calls, agentId);
  const { run } = useCallActions(call?.id ?? '');
  return Object.values(agents)
    .filter(({ id }) => id !== agentId)
    .map(({ id, name, email, status }): Choice => {
      const common = { id: `colleague ${id}`, hint: t(`status.${status}`), find: `${name} ${email}` };
      if (call?.state === 'talking') return { ...common, icon: IconUserPlus, label: t('palette.invite', { name }), run: () => run('invite', { agentId: id }) };
      return { ...common, icon: IconHeadset, label: t('palette.workOf', { name }), run: () => void navigate(`/inbox/all?agent=${encodeURIComponent(id)}`) };
    });
}
