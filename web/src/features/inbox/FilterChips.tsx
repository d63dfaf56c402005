import { useQuery } from '@tanstack/react-query';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLiveState } from '../../shared/live/LiveProvider';
import { filterNames, type directions, type FilterName, type kinds, type reasons } from './filters';
import classes from './ListHeader.module.css';
import { teamsQuery } from './queries';
import { useFilters } from './useFilters';

/** The filters that hold now, each to be taken out by a click. */
export function FilterChips({ middle = false }: { middle?: boolean }) {
  const { t } = useTranslation();
  const { params, count, filters, set } = useFilters();
  const value = useFilterValue();
  if (count === 0) return null;
  return (
    <div className={classes.chips} role="group" aria-label={t('filter.title')} data-middle={middle || undefined}>
      {filterNames
        .filter((name) => filters[name] !== undefined)
        .map((name) => (
          <button key={name} type="button" className={classes.chip} aria-label={t('filter.remove', { name: value(name, params.get(name) ?? '') })} onClick={() => set(name, undefined)}>
            <span className="truncate">{value(name, params.get(name) ?? '')}</span> <IconX size={13} />
          </button>
        ))}
    </div>
  );
}

/** What a filter says in a chip. */
function useFilterValue(): (name: FilterName, value: string) => string {
  const { t } = useTranslation();
  const { agents } = useLiveState();
  const { data: teams = [] } = useQuery(teamsQuery);
  return (name, value) => {
    switch (name) {
      case 'q':
        return `“${value}”`;
      case 'kind':
        return t(`filter.kinds.${value as (typeof kinds)[number]}`);
      case 'direction':
        return t(`filter.directions.${value as (typeof directions)[number]}`);
      case 'agent':
        return agents[value]?.name ?? t('filter.agent');
      case 'team':
        return teams.find(({ id }) => id === value)?.name ?? t('filter.team');
      case 'reason':
        return t('filter.reasonIs', { reason: t(`missed.${value as (typeof reasons)[number]}`) });
      case 'tag':
        return `#${value}`;
      case 'from':
        return t('filter.since', { day: value });
      case 'to':
        return t('filter.until', { day: value });
      case 'sort':
        return t('filter.oldest');
    }
  };
}
