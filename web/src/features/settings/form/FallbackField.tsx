import { ActionIcon, Button, Menu, NumberInput } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Truncated } from '../../../shared/ui/Truncated';
import type { Team, TeamLevel } from '../queries';
import classes from './FallbackField.module.css';

interface FallbackProps {
  levels: readonly TeamLevel[];
  teams: readonly Team[];
  set: (levels: TeamLevel[]) => void;
}

const most = 10;

/** The teams that are asked one after the other when nobody of the ones before could be had. */
export function FallbackField({ levels, teams, set }: FallbackProps) {
  const { t } = useTranslation();
  const name = (id: string) => (id ? (teams.find((team) => team.id === id)?.name ?? t('settings.call.goneTeam')) : t('settings.call.everybody'));
  const swap = (a: number, b: number) => set(levels.map((level, index) => (index === a ? (levels[b] ?? level) : index === b ? (levels[a] ?? level) : level)));
  const rounds = (index: number, value: number | undefined) =>
    set(levels.map((level, at) => (at === index ? { team: level.team, ...(value ? { rounds: value } : {}) } : level)));
  const left = [{ id: '', name: t('settings.call.everybody') }, ...teams].filter((team) => !levels.some((level) => level.team === team.id));
  return (
    <div className={classes.levels}>
      {levels.length > 0 && (
        <ol className={classes.list}>
          {levels.map((level, index) => (
            <li key={level.team} className={classes.level}>
              <span className={classes.place}>{index + 1}</span>
              <Truncated text={name(level.team)} className={classes.name} />
              <NumberInput
                aria-label={t('settings.call.roundsOf', { name: name(level.team) })}
                className={classes.rounds}
                hideControls
                size="xs"
                min={1}
                max={10}
                allowDecimal={false}
                placeholder={t('settings.call.asAbove')}
                value={level.rounds ?? ''}
                onChange={(value) => rounds(index, typeof value === 'number' ? value : undefined)}
              />
              <span className={classes.unit}>{t('settings.call.roundsUnit')}</span>
              <ActionIcon size={28} aria-label={t('settings.call.up', { name: name(level.team) })} disabled={index === 0} onClick={() => swap(index, index - 1)}>
                <IconArrowUp size={15} />
              </ActionIcon>
              <ActionIcon size={28} aria-label={t('settings.call.down', { name: name(level.team) })} disabled={index === levels.length - 1} onClick={() => swap(index, index + 1)}>
                <IconArrowDown size={15} />
              </ActionIcon>
              <ActionIcon size={28} aria-label={t('settings.call.remove', { name: name(level.team) })} onClick={() => set(levels.filter((_, at) => at !== index))}>
                <IconX size={15} />
              </ActionIcon>
            </li>
          ))}
        </ol>
      )}
      {left.length > 0 && levels.length < most && (
        <Menu position="bottom-start" withinPortal>
          <Menu.Target>
            <Button variant="default" size="compact-sm" leftSection={<IconPlus size={15} />}>
              {t('settings.call.addTeam')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown mah={280} style={{ overflowY: 'auto' }}>
            {left.map((team) => (
              <Menu.Item key={team.id} maw={320} onClick={() => set([...levels, { team: team.id }])}>
                {team.name}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
    </div>
  );
}
