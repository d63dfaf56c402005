import { Button, TextInput } from '@mantine/core';
import { IconSearch, IconUsersGroup } from '@tabler/icons-react';
import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Agent, Call } from '../../../shared/api/types';
import { myPart } from '../../../shared/live/calls';
import { useLiveState } from '../../../shared/live/LiveProvider';
import { useMe } from '../../../shared/session/me';
import { isMac } from '../../../shared/shortcuts/shortcuts';
import { Avatar } from '../../../shared/ui/Avatar';
import { Truncated } from '../../../shared/ui/Truncated';
import type { Talk } from './CallControls';
import { choices, type Choice } from './choices';
import classes from './People.module.css';

interface PeopleProps {
  call: Call;
  talk: Talk;
  /** Only teams are wanted. */
  teamsOnly: boolean;
  onDone: () => void;
}

/** Who can be called in, asked first, or given the call: those who are free first, then teams (CALL-3, CALL-7). */
export function People({ call, talk, teamsOnly, onDone }: PeopleProps) {
  const { t } = useTranslation();
  const me = useMe();
  const { agents } = useLiveState();
  const listId = useId();
  const [search, setSearch] = useState('');
  const [active, setActive] = useState(0);
  const inside = (agent: Agent) => ['joined', 'ringing'].includes(myPart(call, agent.id)?.state ?? '');
  const all = choices(Object.values(agents), search).filter((choice) => (choice.kind === 'team' ? true : !teamsOnly && choice.agent.id !== me.agentId && !inside(choice.agent)));
  const at = Math.min(active, all.length - 1);
  const chosen = all[at];

  // What is refused has been told; the list stays, to choose somebody else.
  const done = (asked: Promise<unknown>) => void asked.then(onDone, () => undefined);
  const invite = () => chosen?.kind === 'agent' && done(talk.actions.runAsync('invite', { agentId: chosen.agent.id }));
  const transfer = () => chosen && done(talk.actions.runAsync('transfer', chosen.kind === 'agent' ? { agentId: chosen.agent.id } : { teamId: chosen.team.id }));
  const ask = async () => {
    if (chosen?.kind !== 'agent') return;
    if (talk.holdable && !call.hold) await talk.actions.runAsync('hold');
    await talk.actions.runAsync('invite', { agentId: chosen.agent.id });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (move && all.length > 0) setActive((at + move + all.length) % all.length);
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey || chosen?.kind === 'team')) transfer();
    else if (event.key === 'Enter') invite();
    else return;
    event.preventDefault();
  };
  const optionId = (choice: Choice) => `${listId}-${choice.kind === 'agent' ? choice.agent.id : choice.team.id}`;
  return (
    <>
      <TextInput
        leftSection={<IconSearch size={16} />}
        role="combobox"
        aria-label={t('call.searchPeople')}
        placeholder={t('call.searchPeople')}
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={chosen && optionId(chosen)}
        data-autofocus
        autoFocus
        value={search}
        onChange={(event) => {
          setSearch(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul className={classes.list} id={listId} role="listbox" aria-label={t('call.people')}>
        {all.map((choice, index) => (
          <li key={optionId(choice)} id={optionId(choice)} role="option" aria-selected={index === at} className={classes.option} onClick={() => setActive(index)}>
            <Option choice={choice} />
          </li>
        ))}
      </ul>
      {all.length === 0 && <p className={classes.none}>{t('call.nobody')}</p>}
      {chosen?.kind === 'agent' && (
        <div className={classes.actions}>
          <Button loading={talk.busy('invite')} rightSection={<kbd aria-hidden="true">⏎</kbd>} onClick={invite}>
            {t('call.invite')}
          </Button>
          <Button variant="default" loading={talk.busy('transfer')} rightSection={<kbd aria-hidden="true">{isMac() ? '⌘⏎' : 'Ctrl⏎'}</kbd>} onClick={transfer}>
            {t('call.transferNow')}
          </Button>
          <Button variant="default" onClick={() => done(ask())}>
            {t('call.askFirst')}
          </Button>
        </div>
      )}
      {chosen?.kind === 'team' && (
        <Button loading={talk.busy('transfer')} rightSection={<kbd aria-hidden="true">⏎</kbd>} onClick={transfer}>
          {t('call.transferTeam')}
        </Button>
      )}
    </>
  );
}

function Option({ choice }: { choice: Choice }) {
  const { t } = useTranslation();
  if (choice.kind === 'team')
    return (
      <>
        <IconUsersGroup size={20} stroke={1.6} />
        <Truncated text={choice.team.name} className={classes.name} />
        <small>{t('call.freeInTeam', { count: choice.free })}</small>
      </>
    );
  return (
    <>
      <Avatar name={choice.agent.name} size={24} />
      <Truncated text={choice.agent.name} className={classes.name} />
      <small data-free={choice.agent.status === 'available' || undefined}>{t(`status.${choice.agent.status}`)}</small>
    </>
  );
}
