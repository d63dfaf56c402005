import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../shared/api/client';
import type { Call } from '../../shared/api/types';
import { myPart } from '../../shared/live/calls';
import { useMe } from '../../shared/session/me';
import { tellProblem } from '../../shared/ui/problems';
import classes from './Panel.module.css';
import { numbersQuery, settingsQuery, teamsQuery } from './queries';
import { monitored, speakers } from './select';

const ways = ['listen', 'whisper', 'barge'] as const;
type Way = (typeof ways)[number];

/** Listening to a colleague's call, whispering to them, and barging in, as one button; where the caller was not told, it says so instead. */
export function Supervise({ call, name }: { call: Call; name: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const allowed = useMonitored(call);
  const act = useMutation({
    mutationFn: (action: Way | 'unlisten') =>
      result(client.POST('/calls/{id}/{action}', { params: { path: { id: call.id, action } }, body: action === 'unlisten' ? {} : { agentId: speakers(call)[0]?.agentId ?? '' } })),
    onError: tellProblem,
  });
  const mine = myPart(call, me.agentId);
  const present = mine?.state === 'joined' ? (mine.role === 'supervisor' ? (mine.supervision ?? 'listen') : 'barge') : undefined;
  if (present) return <Present call={call} name={name} way={present} speaks={mine?.role !== 'supervisor'} act={act.mutate} busy={act.isPending} />;
  if (!allowed)
    return (
      <Tooltip label={t('board.notMonitored')}>
        <Button variant="default" size="compact-sm" data-disabled aria-disabled aria-description={t('board.notMonitored')} onClick={(event) => event.preventDefault()}>
          {t('board.listen')}
        </Button>
      </Tooltip>
    );
  return (
    <Button.Group aria-label={t('board.supervise', { name })}>
      <Button variant="default" size="compact-sm" loading={act.isPending} onClick={() => act.mutate('listen')}>
        {t('board.listen')}
      </Button>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size={26} className={classes.split} aria-label={t('board.more', { name })}>
            <IconChevronDown size={14} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {ways.map((way) => (
            <Menu.Item key={way} onClick={() => act.mutate(way)}>
              {t(`board.${way}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </Button.Group>
  );
}

interface PresentProps {
  call: Call;
  name: string;
  way: Way;
  /** I take part as the others do: I did not come as a supervisor, or have barged in. */
  speaks: boolean;
  act: (action: Way | 'unlisten') => void;
  busy: boolean;
}

/** While I supervise a call: who hears me, the other ways, and the end of it. */
function Present({ call, name, way, speaks, act, busy }: PresentProps) {
  const { t } = useTranslation();
  if (speaks) return <span className={classes.facts}>{call.participants.length > 0 && t('board.barged')}</span>;
  return (
    <span className={classes.present} role="group" aria-label={t('board.supervise', { name })}>
      <span className={classes.facts} role="status">
        {t(way === 'whisper' ? 'board.whispering' : 'board.listening')}
      </span>
      <Button.Group>
        {ways.map((each) => (
          <Button key={each} size="compact-sm" variant={each === way ? 'filled' : 'default'} aria-pressed={each === way} disabled={busy} onClick={() => each !== way && act(each)}>
            {t(`board.${each}`)}
          </Button>
        ))}
        <Button size="compact-sm" variant="light" color="red" disabled={busy} onClick={() => act('unlisten')}>
          {t('board.stop')}
        </Button>
      </Button.Group>
    </span>
  );
}

/** Whether callers of the call's number are told that somebody may listen. */
function useMonitored(call: Call): boolean {
  const numbers = useQuery(numbersQuery).data?.items;
  const teams = useQuery(teamsQuery).data?.items;
  const workspace = useQuery(settingsQuery).data;
  const number = numbers?.find(({ id }) => id === call.number.id)?.settings;
  const team = teams?.find(({ id }) => id === (number?.team ?? workspace?.settings.team))?.settings;
  return monitored(number, team, workspace?.settings, workspace?.defaults);
}
