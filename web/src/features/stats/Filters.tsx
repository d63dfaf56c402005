import { Button, SegmentedControl, Select, Switch, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconFilter } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useDisplay } from '../../shared/format/useDisplay';
import { administers, useMe } from '../../shared/session/me';
import { useNarrow } from '../../shared/ui/useNarrow';
import { addDays, mostDays, presets } from './period';
import { numbersQuery, teamsQuery } from './queries';
import classes from './Stats.module.css';
import { directions, kinds, levels, type useScope } from './useScope';

interface FiltersProps {
  scope: ReturnType<typeof useScope>;
  /** The days alone. */
  plain: boolean;
  /** What compares with the period before. */
  compares: boolean;
}

const names = ['team', 'number', 'kind', 'direction'] as const;

/** The days and which calls of them; all of it stands in the address. */
export function Filters({ scope: { scope, preset, today, compare, set }, plain, compares }: FiltersProps) {
  const { t } = useTranslation();
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const on = names.filter((name) => scope[name]).length;
  const choose = (value: string) => set(value === 'own' ? { period: undefined, from: scope.from, to: scope.to } : { period: value, from: undefined, to: undefined });
  return (
    <div className={classes.filters} role="search" aria-label={t('stats.filters')}>
      <SegmentedControl
        size="sm"
        aria-label={t('stats.period')}
        className={classes.period}
        value={preset ?? 'own'}
        onChange={choose}
        data={[...presets, 'own' as const].map((value) => ({ value, label: t(`stats.presets.${value}`) }))}
      />
      {!preset && (
        <div className={classes.own}>
          <TextInput type="date" size="sm" aria-label={t('stats.from')} value={scope.from} min={addDays(scope.to, 1 - mostDays)} max={scope.to} onChange={(event) => set({ from: event.currentTarget.value, to: scope.to })} />
          <span aria-hidden="true">–</span>
          <TextInput type="date" size="sm" aria-label={t('stats.to')} value={scope.to} min={scope.from} max={today} onChange={(event) => set({ from: scope.from, to: event.currentTarget.value })} />
        </div>
      )}
      {!plain && narrow && (
        <Button size="sm" variant="default" className={classes.toggle} leftSection={<IconFilter size={15} />} aria-expanded={open} onClick={() => setOpen(!open)}>
          {on > 0 ? t('stats.filtersOn', { n: on }) : t('stats.filters')}
        </Button>
      )}
      {!plain && (!narrow || open) && (
        <>
          <Choices scope={scope} set={set} />
          {compares && <Switch className={classes.compare} label={t('stats.compare')} checked={compare} onChange={(event) => set({ compare: event.currentTarget.checked ? '1' : undefined })} />}
        </>
      )}
      {!plain && on > 0 && (
        <Button size="sm" variant="subtle" onClick={() => set({ team: undefined, number: undefined, kind: undefined, direction: undefined })}>
          {t('stats.clear')}
        </Button>
      )}
    </div>
  );
}

function Choices({ scope, set }: Pick<ReturnType<typeof useScope>, 'scope' | 'set'>) {
  const { t } = useTranslation();
  const me = useMe();
  const { number: display } = useDisplay();
  const leads = administers(me) || me.supervises;
  const teams = useQuery({ ...teamsQuery, enabled: leads }).data?.items ?? me.teams;
  const numbers = useQuery(numbersQuery).data?.items ?? [];
  const lists = [
    { name: 'team', label: t('stats.team'), all: t('stats.allTeams'), data: teams.map(({ id, name }) => ({ value: id, label: name })) },
    { name: 'number', label: t('stats.number'), all: t('stats.allNumbers'), data: numbers.map(({ id, number, label }) => ({ value: id, label: label ? `${label} ${display(number)}` : display(number) })) },
    { name: 'kind', label: t('stats.kind'), all: t('stats.allKinds'), data: kinds.map((value) => ({ value, label: t(`stats.kinds.${value}`) })) },
    { name: 'direction', label: t('stats.direction'), all: t('stats.bothDirections'), data: directions.map((value) => ({ value, label: t(`stats.directions.${value}`) })) },
  ] as const;
  return (
    <>
      {lists.map(({ name, label, all, data }) => (
        <Select key={name} size="sm" aria-label={label} placeholder={all} clearable searchable={data.length > 8} className={classes.choice} data={[...data]} value={scope[name] ?? null} onChange={(value) => set({ [name]: value ?? undefined })} />
      ))}
      <Select
        size="sm"
        aria-label={t('stats.level')}
        className={classes.level}
        allowDeselect={false}
        data={[...new Set<number>([...levels, scope.seconds])].sort((a, b) => a - b).map((n) => ({ value: String(n), label: `${t('stats.level')} ${t('stats.levelSeconds', { n })}` }))}
        value={String(scope.seconds)}
        onChange={(value) => set({ seconds: value ?? undefined })}
      />
    </>
  );
}
