import { ActionIcon, Indicator, Popover, TextInput } from '@mantine/core';
import { IconFilter, IconSearch, IconX } from '@tabler/icons-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { later } from '../../shared/ui/later';
import classes from './ListHeader.module.css';
import type { ListName } from './listNames';
import { Count, ListsMenu, useListTitle } from './Lists';
import { useFilters } from './useFilters';
import { useWanted } from './wanted';

const FilterForm = later(() => import('./FilterForm').then(({ FilterForm }) => FilterForm));

interface ListHeaderProps {
  list: ListName;
  /** The lists have no column of their own. */
  narrow: boolean;
}

export function ListHeader({ list, narrow }: ListHeaderProps) {
  const { t } = useTranslation();
  const title = useListTitle();
  const { count, filters } = useFilters();
  const { wanted, want } = useWanted();
  const [filtering, setFiltering] = useState(false);
  const searching = wanted === 'search' || filters.q !== undefined;
  return (
    <header className={classes.head}>
      {searching ? (
        <SearchField onClose={() => want(undefined)} />
      ) : (
        <>
          <h2 className={classes.title}>
            {narrow ? (
              <ListsMenu current={list} />
            ) : (
              <>
                <span className="truncate" title={title(list)}>
                  {title(list)}
                </span>{' '}
                <Count list={list} />
              </>
            )}
          </h2>
          <ActionIcon aria-label={t('inbox.search')} aria-keyshortcuts="/" title={`${t('inbox.search')} /`} onClick={() => want('search')}>
            <IconSearch size={18} stroke={1.7} />
          </ActionIcon>
        </>
      )}
      <Popover opened={filtering} onChange={setFiltering} position="bottom-end" trapFocus returnFocus>
        <Indicator disabled={count === 0} size={8} offset={6} color="iris">
          <Popover.Target>
            <ActionIcon aria-label={t('filter.title')} title={t('filter.title')} onClick={() => setFiltering(!filtering)}>
              <IconFilter size={18} stroke={1.7} />
            </ActionIcon>
          </Popover.Target>
        </Indicator>
        <Popover.Dropdown className={classes.filters}>
          <FilterForm list={list} />
        </Popover.Dropdown>
      </Popover>
    </header>
  );
}

const pauseMs = 250;

function SearchField({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { params, set } = useFilters();
  const inAddress = params.get('q') ?? '';
  const [text, setText] = useState(inAddress);
  const field = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    field.current?.focus();
    return () => clearTimeout(timer.current);
  }, []);
  const searchFor = (next: string) => {
    clearTimeout(timer.current);
    set('q', next.trim() || undefined);
  };
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => searchFor(next), pauseMs);
  };
  const close = () => {
    searchFor('');
    onClose();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') close();
    else if (event.key === 'Enter') searchFor(text);
  };
  return (
    <TextInput
      ref={field}
      className={classes.search}
      size="xs"
      type="search"
      aria-label={t('inbox.search')}
      placeholder={t('inbox.searchHint')}
      leftSection={<IconSearch size={15} />}
      rightSection={
        <ActionIcon size={24} aria-label={t('inbox.searchClose')} onClick={close}>
          <IconX size={14} />
        </ActionIcon>
      }
      value={text}
      maxLength={100}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={onKeyDown}
    />
  );
}
