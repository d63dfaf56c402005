import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconCopy, IconPlus, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useMe } from '../../../shared/session/me';
import type { Holiday, Hours, Period } from '../queries';
import { DayTrack } from './DayTrack';
import classes from './HoursField.module.css';
import { dayNames, inputText, localTime, minuteOf, tidy, weekdays } from './week';

interface HoursProps {
  hours: Hours;
  set: (hours: Hours) => void;
}

/** The week by drawing and by times, and the days that are other than usual (IN-10). */
export function HoursField({ hours, set }: HoursProps) {
  const { t } = useTranslation();
  const setDay = (day: number, periods: Period[]) => set({ ...hours, week: hours.week.map((each, at) => (at === day ? periods : each)) });
  const monday = hours.week[1] ?? [];
  const copyMonday = () => set({ ...hours, week: hours.week.map((each, day) => (day >= 1 && day <= 5 ? monday.map((period) => ({ ...period })) : each)) });
  return (
    <div className={classes.hours}>
      <ul className={classes.week}>
        {weekdays.map((day) => {
          const periods = hours.week[day] ?? [];
          const name = t(`settings.hours.days.${dayNames[day]}`);
          return (
            <li key={day} className={classes.day} data-field={`week.${day}`}>
              <span className={classes.dayName}>{name}</span>
              <DayTrack label={name} periods={periods} set={(next) => setDay(day, next)} />
              <Periods label={name} periods={periods} set={(next) => setDay(day, next)} />
            </li>
          );
        })}
      </ul>
      <Button variant="subtle" size="compact-sm" className={classes.copy} leftSection={<IconCopy size={15} />} onClick={copyMonday}>
        {t('settings.hours.copyMonday')}
      </Button>
      <Holidays holidays={hours.holidays ?? []} set={(holidays) => set({ ...hours, holidays })} />
    </div>
  );
}

const mostPeriods = 10;

/** The periods of a day as times that can be typed. */
function Periods({ label, periods, set }: { label: string; periods: readonly Period[]; set: (periods: Period[]) => void }) {
  const { t } = useTranslation();
  const change = (index: number, end: 'from' | 'to', text: string) => {
    const minute = minuteOf(text, end === 'to');
    if (minute === undefined) return;
    set(periods.map((period, at) => (at === index ? { ...period, [end]: minute } : period)));
  };
  const add = () => {
    const from = periods.at(-1)?.to ?? 540;
    if (from < 1440) set([...periods, { from, to: Math.min(1440, from + 180) }]);
  };
  return (
    <div className={classes.periods}>
      {periods.length === 0 && <span className={classes.closed}>{t('settings.hours.closed')}</span>}
      {periods.map((period, index) => (
        <span key={index} className={classes.period} data-wrong={period.from >= period.to || undefined}>
          <TextInput
            type="time"
            size="xs"
            aria-label={t('settings.hours.from', { day: label })}
            value={inputText(period.from)}
            onChange={(event) => change(index, 'from', event.currentTarget.value)}
            onBlur={() => set(tidy(periods))}
          />
          <span aria-hidden="true">–</span>
          <TextInput
            type="time"
            size="xs"
            aria-label={t('settings.hours.to', { day: label })}
            value={inputText(period.to)}
            onChange={(event) => change(index, 'to', event.currentTarget.value)}
            onBlur={() => set(tidy(periods))}
          />
          <ActionIcon size={26} aria-label={t('settings.hours.removePeriod', { day: label })} onClick={() => set(periods.filter((_, at) => at !== index))}>
            <IconX size={14} />
          </ActionIcon>
        </span>
      ))}
      {periods.length < mostPeriods && (periods.at(-1)?.to ?? 0) < 1440 && (
        <ActionIcon size={26} aria-label={t('settings.hours.addPeriod', { day: label })} onClick={add}>
          <IconPlus size={15} />
        </ActionIcon>
      )}
    </div>
  );
}

function Holidays({ holidays, set }: { holidays: readonly Holiday[]; set: (holidays: Holiday[]) => void }) {
  const { t } = useTranslation();
  const { timeZone } = useMe().workspace;
  const change = (index: number, rest: Partial<Holiday>) => set(holidays.map((day, at) => (at === index ? { ...day, ...rest } : day)));
  const add = () => {
    let date = localTime(Date.now(), timeZone).date;
    while (holidays.some((day) => day.date === date)) date = new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    set([...holidays, { date, name: '' }]);
  };
  return (
    <div className={classes.holidays} role="group" aria-label={t('settings.hours.holidays')}>
      <span className={classes.holidayTitle}>{t('settings.hours.holidays')}</span>
      {holidays.length === 0 && <span className={classes.closed}>{t('settings.hours.noHolidays')}</span>}
      {holidays.map((day, index) => (
        <div key={index} className={classes.holiday}>
          <TextInput type="date" size="xs" aria-label={t('settings.hours.date')} value={day.date} onChange={(event) => event.currentTarget.value && change(index, { date: event.currentTarget.value })} />
          <TextInput
            size="xs"
            className={classes.holidayName}
            aria-label={t('settings.hours.holidayName')}
            placeholder={t('settings.hours.holidayName')}
            maxLength={100}
            value={day.name ?? ''}
            onChange={(event) => change(index, { name: event.currentTarget.value })}
          />
          <Periods label={day.name || day.date} periods={day.periods ?? []} set={(periods) => change(index, { periods })} />
          <ActionIcon size={28} aria-label={t('settings.hours.removeHoliday', { name: day.name || day.date })} onClick={() => set(holidays.filter((_, at) => at !== index))}>
            <IconX size={15} />
          </ActionIcon>
        </div>
      ))}
      <Button variant="default" size="compact-sm" className={classes.copy} leftSection={<IconPlus size={15} />} onClick={add}>
        {t('settings.hours.addHoliday')}
      </Button>
    </div>
  );
}
