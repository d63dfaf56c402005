import { useMemo } from 'react';
import { useSearchParams } from 'react-router';
import { filterNames, filtersIn, withFilter, withoutFilters, type FilterName, type Filters } from './filters';

interface Filtering {
  /** As the API takes them. */
  filters: Filters;
  /** As they stand in the address. */
  params: URLSearchParams;
  /** How many there are. */
  count: number;
  /** The address's query with its question mark, for links that keep the filters. */
  search: string;
  set: (name: FilterName, value: string | undefined) => void;
  clear: () => void;
}

/** The filters of the list that is shown: they live in the address, so that back, reload and a link to a colleague keep them. */
export function useFilters(): Filtering {
  const [params, setParams] = useSearchParams();
  const filters = useMemo(() => filtersIn(params), [params]);
  const query = params.toString();
  return {
    filters,
    params,
    count: filterNames.filter((name) => filters[name] !== undefined).length,
    search: query ? `?${query}` : '',
    set: (name, value) => setParams(withFilter(params, name, value), { replace: name === 'q' }),
    clear: () => setParams(withoutFilters(params)),
  };
}
