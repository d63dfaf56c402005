import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useLiveState } from '../../shared/live/LiveProvider';
import { directions, kinds, reasons, type FilterName } from './filters';
import classes from './ListHeader.module.css';
import type { ListName } from './listNames';
import { teamOf } from './listNames';
import { teamsQuery } from './queries';
import { useFilters } from './useFilters';

/** What narrows the list down; each choice holds at once (INBOX-5). */
export function FilterForm({ list }: { list: ListName }) {
  const { t } = useTranslation();
  const { params, count, set, clear } = useFilters();
  const { data: teams = [] } = useQuery(teamsQuery);
  const agents = Object.values(useLiveState().agents).sort((a, b) => a.name.localeCompare(b.name));
  const any = { value: '', label: t('filter.any') };
  const choice = (name: FilterName, data: { value: string; label: string }[]) => (
    <NativeSelect size="xs" label={t(`filter.${name}`)} data={[any, ...data]} value={params.get(name) ?? ''} onChange={(event) => set(name, event.currentTarget.value || undefined)} />
  );
  return (
    <div className={classes.form}>
      {choice('kind', kinds.map((value) => ({ value, label: t(`filter.kinds.${value}`) })))}
      {choice('direction', directions.map((value) => ({ value, label: t(`filter.directions.${value}`) })))}
      {list !== 'mine' && choice('agent', agents.map(({ id, name }) => ({ value: id, label: name })))}
      {teamOf(list) === undefined && choice('team', teams.map(({ id, name }) => ({ value: id, label: name })))}
      {choice('reason', reasons.map((value) => ({ value, label: t(`missed.${value}`) })))}
      <TagField />
      <div className={classes.days}>
        {(['from', 'to'] as const).map((name) => (
          <TextInput key={name} type="date" size="xs" label={t(`filter.${name}`)} value={params.get(name) ?? ''} onChange={(event) => set(name, event.currentTarget.value || undefined)} />
        ))}
      </div>
      {list !== 'waiting' && choice('sort', [{ value: 'oldest', label: t('filter.oldest') }])}
      <Button variant="subtle" size="xs" disabled={count === 0} onClick={clear}>
        {t('filter.clear')}
      </Button>
    </div>
  );
}

function TagField() {
  const { t } = useTranslation();
  const { params, set } = useFilters();
  const take = (text: string) => set('tag', text.trim() || undefined);
  const tag = params.get('tag') ?? '';
  return (
    <TextInput
      key={tag}
      size="xs"
      label={t('filter.tag')}
      defaultValue={tag}
      maxLength={60}
      onBlur={(event) => event.currentTarget.value.trim() !== tag && take(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && !event.nativeEvent.isComposing && take(event.currentTarget.value)}
    />
  );
}
