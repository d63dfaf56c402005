import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { administers, useMe } from '../../../shared/session/me';
import type { Hours } from '../queries';
import type { ErrorOf } from '../usePageForm';
import type { Layer, Scope } from './callFields';
import { Field, Source } from './Field';
import { HoursField } from './HoursField';
import classes from './OwnHours.module.css';
import { dayNames, officeHours, timeText, weekdays } from './week';

interface OwnHoursProps {
  scope: Scope;
  own: Hours | undefined;
  /** The hours that hold where there are none here; none at all means always open. */
  behind: Hours | undefined;
  from: Layer['of'];
  set: (hours: Hours | undefined) => void;
  error?: ErrorOf | undefined;
}

/** The hours of a workspace, a team or a number, or where those come from that hold. */
export function OwnHours({ scope, own, behind, from, set, error }: OwnHoursProps) {
  const { t } = useTranslation();
  const may = administers(useMe());
  const hint = behind ? t('settings.hours.someHours') : t('settings.hours.always');
  return (
    <Field
      name="hours"
      label={t('settings.hours.label')}
      error={error}
      under={
        scope !== 'workspace' && (may || !own) ? (
          <Source own={own !== undefined} behind={hint} from={from} onOwn={may ? () => set(behind ?? officeHours()) : undefined} onReset={() => set(undefined)} />
        ) : undefined
      }
    >
      {own ? (
        <div className={classes.own}>
          <HoursField hours={own} set={set} />
          {scope === 'workspace' && (
            <Button variant="subtle" color="gray" size="compact-sm" onClick={() => set(undefined)}>
              {t('settings.hours.makeAlways')}
            </Button>
          )}
        </div>
      ) : behind ? (
        <WeekInWords hours={behind} />
      ) : (
        <>
          <strong>{t('settings.hours.always')}</strong>
          {scope === 'workspace' && (
            <Button variant="default" size="compact-sm" onClick={() => set(officeHours())}>
              {t('settings.hours.makeHours')}
            </Button>
          )}
        </>
      )}
    </Field>
  );
}

function WeekInWords({ hours }: { hours: Hours }) {
  const { t } = useTranslation();
  return (
    <dl className={classes.week}>
      {weekdays.map((day) => (
        <div key={day}>
          <dt>{t(`settings.hours.days.${dayNames[day]}`)}</dt>
          <dd>{(hours.week[day] ?? []).map(({ from, to }) => `${timeText(from)}–${timeText(to)}`).join(', ') || t('settings.hours.closed')}</dd>
        </div>
      ))}
    </dl>
  );
}
