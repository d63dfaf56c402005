import { ActionIcon, Button, NumberInput, Table, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import { ApiError } from '../../../shared/api/problem';
import { serverNow } from '../../../shared/format/clock';
import { tellProblem, useProblemText } from '../../../shared/ui/problems';
import { administers, useMe } from '../../../shared/session/me';
import { Section } from '../Page';
import { ratesQuery, useFresh, type Rate } from '../queries';
import classes from './Rates.module.css';

const shownAtFirst = 12;

/** What calls cost, by prefix, and since when: the price check, the list, and a new rate (OUT-7). */
export function Rates() {
  const { t } = useTranslation();
  const admin = administers(useMe());
  const rates = useQuery(ratesQuery).data?.items ?? [];
  const [search, setSearch] = useState('');
  const [all, setAll] = useState(false);
  const wanted = search.trim().toLowerCase();
  const digits = wanted.replace(/[^\d+]/g, '');
  const matches = (rate: Rate) => !wanted || rate.name.toLowerCase().includes(wanted) || rate.country.toLowerCase() === wanted || (digits.length > 1 && (rate.prefix.startsWith(digits) || digits.startsWith(rate.prefix)));
  const found = rates.filter(matches);
  const shown = all || wanted ? found : found.slice(0, shownAtFirst);
  return (
    <Section title={t('settings.rates.title')} text={t('settings.rates.hint')}>
      <TextInput type="search" aria-label={t('settings.rates.search')} placeholder={t('settings.rates.search')} value={search} maxLength={40} mt={8} onChange={(event) => setSearch(event.currentTarget.value)} />
      {found.length === 0 ? (
        <p className={classes.none}>{t('settings.nothing')}</p>
      ) : (
        <Table className={classes.table} verticalSpacing={6} aria-label={t('settings.rates.title')}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('settings.rates.prefix')}</Table.Th>
              <Table.Th>{t('settings.rates.name')}</Table.Th>
              <Table.Th className={classes.number}>{t('settings.rates.perMinute')}</Table.Th>
              <Table.Th>{t('settings.rates.from')}</Table.Th>
              <Table.Th />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {shown.map((rate) => (
              <RateRow key={rate.id} rate={rate} admin={admin} />
            ))}
          </Table.Tbody>
        </Table>
      )}
      {shown.length < found.length && (
        <Button variant="subtle" size="compact-sm" mt={4} onClick={() => setAll(true)}>
          {t('settings.rates.all', { n: found.length })}
        </Button>
      )}
      {admin && <NewRate />}
    </Section>
  );
}

function RateRow({ rate, admin }: { rate: Rate; admin: boolean }) {
  const { t, i18n } = useTranslation();
  const fresh = useFresh();
  const remove = useMutation({
    mutationFn: () => result(client.DELETE('/outbound/rates/{id}', { params: { path: { id: rate.id } } })),
    onSuccess: fresh.all,
    onError: tellProblem,
  });
  const toCome = Date.parse(rate.validFrom) > serverNow();
  return (
    <Table.Tr>
      <Table.Td className="tabular">{rate.prefix}</Table.Td>
      <Table.Td className={classes.name}>
        {rate.name || rate.country}
        {rate.own && <span className={classes.own}>{t('settings.rates.own')}</span>}
      </Table.Td>
      <Table.Td className={`${classes.number} tabular`}>{new Intl.NumberFormat(i18n.language, { maximumFractionDigits: 3 }).format(rate.perMinute)}</Table.Td>
      <Table.Td className={classes.date}>{toCome || rate.own ? new Intl.DateTimeFormat(i18n.language, { dateStyle: 'medium' }).format(Date.parse(rate.validFrom)) : t('settings.rates.always')}</Table.Td>
      <Table.Td className={classes.action}>
        {admin && rate.own && toCome && (
          <ActionIcon size={28} aria-label={t('settings.rates.remove', { prefix: rate.prefix })} loading={remove.isPending} onClick={() => remove.mutate()}>
            <IconTrash size={16} />
          </ActionIcon>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function NewRate() {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const fresh = useFresh();
  const [prefix, setPrefix] = useState('');
  const [name, setName] = useState('');
  const [perMinute, setPerMinute] = useState<number | ''>('');
  const [from, setFrom] = useState('');
  const add = useMutation({
    mutationFn: () =>
      result(client.POST('/outbound/rates', { body: { prefix: prefix.trim(), name: name.trim(), perMinute: perMinute === '' ? 0 : perMinute, validFrom: new Date(from ? `${from}T00:00` : serverNow()).toISOString() } })),
    onSuccess: () => {
      setPrefix('');
      setName('');
      setPerMinute('');
      setFrom('');
      return fresh.all();
    },
  });
  const field = add.error instanceof ApiError ? add.error.field : undefined;
  const errorAt = (at: string) => (add.error && field === at ? problemText(add.error) : undefined);
  const known = field === 'prefix' || field === 'perMinute' || field === 'name' || field === 'validFrom';
  return (
    <div className={classes.add} role="group" aria-label={t('settings.rates.add')}>
      <TextInput label={t('settings.rates.prefix')} className={classes.short} placeholder="+81" maxLength={16} value={prefix} error={errorAt('prefix')} onChange={(event) => setPrefix(event.currentTarget.value)} />
      <TextInput label={t('settings.rates.name')} className={classes.long} maxLength={100} value={name} error={errorAt('name')} onChange={(event) => setName(event.currentTarget.value)} />
      <NumberInput label={t('settings.rates.perMinute')} className={classes.short} hideControls decimalScale={3} allowNegative={false} value={perMinute} error={errorAt('perMinute')} onChange={(value) => setPerMinute(typeof value === 'number' ? value : '')} />
      <TextInput label={t('settings.rates.from')} type="date" value={from} error={errorAt('validFrom')} onChange={(event) => setFrom(event.currentTarget.value)} />
      <Button variant="default" disabled={!prefix.trim() || perMinute === ''} loading={add.isPending} onClick={() => add.mutate()}>
        {t('settings.rates.add')}
      </Button>
      {add.error && !known && (
        <p className={classes.error} role="alert">
          {problemText(add.error)}
        </p>
      )}
    </div>
  );
}
