import { Button, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Me } from '../../shared/api/types';
import { serverNow } from '../../shared/format/clock';
import { dayAndTime } from '../../shared/format/time';
import { useMe } from '../../shared/session/me';
import { useUpdateMe } from '../../shared/session/useUpdateMe';
import classes from './Availability.module.css';

const statuses: readonly Me['manualStatus'][] = ['available', 'meal', 'rest', 'meeting', 'education', 'otherWork', 'off'];
const minuteMs = 60_000;

/** How long nothing shall ring; without minutes until midnight, by this desk's clock. */
const silences = [
  { name: 'halfHour', minutes: 30 },
  { name: 'hour', minutes: 60 },
  { name: 'today', minutes: undefined },
] as const;

function endOf(minutes: number | undefined): string {
  const now = new Date(serverNow());
  return (minutes === undefined ? new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1) : new Date(now.getTime() + minutes * minuteMs)).toISOString();
}

/** Available, or why not; and do not disturb, with its end (IN-2, IN-3). */
export function Availability() {
  const { t, i18n } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  return (
    <>
      <section className={classes.statuses} aria-label={t('my.status')} role="radiogroup">
        {statuses.map((status) => (
          <UnstyledButton
            key={status}
            role="radio"
            aria-checked={me.manualStatus === status}
            className={classes.status}
            data-status={status}
            onClick={() => update.mutate({ manualStatus: status, ...(me.status === 'wrapUp' && status === 'available' ? { wrapUp: false } : {}) })}
          >
            <span className={classes.bullet} />
            {t(`status.${status}`)}
          </UnstyledButton>
        ))}
      </section>
      <section className={classes.dnd} aria-label={t('status.dnd')}>
        <span className={classes.dndWords}>
          <strong>{t('status.dnd')}</strong>
          <span>{me.dnd ? (me.dndUntil ? t('my.dndUntil', { time: dayAndTime(me.dndUntil, i18n.language) }) : t('my.dndOn')) : t('my.dndHint')}</span>
        </span>
        {me.dnd ? (
          <Button size="compact-sm" variant="light" loading={update.isPending} onClick={() => update.mutate({ dnd: false })}>
            {t('my.dndEnd')}
          </Button>
        ) : (
          silences.map(({ name, minutes }) => (
            <Button key={name} size="compact-sm" variant="default" onClick={() => update.mutate({ dnd: true, dndUntil: endOf(minutes) })}>
              {t(`my.${name}`)}
            </Button>
          ))
        )}
      </section>
    </>
  );
}
