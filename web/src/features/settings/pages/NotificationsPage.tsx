import { Button, Checkbox, SegmentedControl, Slider, Switch } from '@mantine/core';
import { IconBell, IconPlayerPlay } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Preferences, RingTone } from '../../../shared/api/types';
import { askForNotices, noticePermission, showNotice } from '../../../shared/browser/notice';
import { Ringer } from '../../../shared/phone/ringer';
import { useMe } from '../../../shared/session/me';
import { useSavePreferences, useUpdateMe } from '../../../shared/session/useUpdateMe';
import { Field } from '../form/Field';
import { Page, Section } from '../Page';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';
import classes from './NotificationsPage.module.css';

type Mine = Pick<Preferences, 'notices' | 'ringTone' | 'volume'>;

const kinds = ['ring', 'invitation', 'help', 'mention', 'assigned', 'missed', 'snoozed'] as const;
const ways = ['desk', 'system', 'sound'] as const;
const tones: readonly RingTone[] = ['chime', 'bell', 'soft', 'pulse'];

/** What I hear of, by which way, and how it sounds: of my account, on every desk that I sit at (MISS-4). */
export default function NotificationsPage() {
  const { t } = useTranslation();
  const { notices, ringTone, volume } = useMe().preferences;
  const save = useSavePreferences();
  const form = usePageForm<Mine>({ saved: { notices, ringTone, volume }, save: (_, edits) => save(edits) });
  return (
    <Page title={t('settings.pages.notifications')} lead={t('settings.notifications.lead')} onSubmit={form.submit} mine>
      <Section title={t('settings.notifications.what')}>
        <Permission />
        <Ways notices={form.values.notices} set={(all) => form.set('notices', all)} />
        <Missed />
      </Section>
      <Section title={t('settings.notifications.ring')}>
        <Field name="ringTone" label={t('settings.notifications.tone')} error={form.errorOf('ringTone')}>
          <SegmentedControl
            aria-label={t('settings.notifications.tone')}
            value={form.values.ringTone}
            onChange={(tone) => form.set('ringTone', tone)}
            data={tones.map((value) => ({ value, label: t(`settings.notifications.tones.${value}`) }))}
          />
        </Field>
        <Field name="volume" label={t('settings.notifications.volume')} error={form.errorOf('volume')}>
          <Slider
            className={classes.slider}
            thumbLabel={t('settings.notifications.volume')}
            label={(value) => `${value}%`}
            step={5}
            value={form.values.volume}
            onChange={(value) => form.set('volume', value)}
          />
          <TestRing ringTone={form.values.ringTone} volume={form.values.volume} />
        </Field>
        <p className={classes.hint}>{t('settings.notifications.phones')}</p>
      </Section>
      <SaveBar form={form} />
    </Page>
  );
}

/** Kinds in rows, ways in columns. What rings is always in the desk. */
function Ways({ notices, set }: { notices: Preferences['notices']; set: (notices: Preferences['notices']) => void }) {
  const { t } = useTranslation();
  const { notifyMissed } = useMe();
  return (
    <table className={classes.ways} data-field="notices">
      <thead>
        <tr>
          <th scope="col">{t('settings.notifications.kind')}</th>
          {ways.map((way) => (
            <th key={way} scope="col">
              {t(`settings.notifications.ways.${way}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {kinds.map((kind) => {
          const chosen = { desk: true, ...notices[kind] };
          const always = kind === 'ring' || kind === 'invitation';
          return (
            <tr key={kind}>
              <th scope="row">{t(`settings.notifications.kinds.${kind}`)}</th>
              {ways.map((way) => (
                <td key={way}>
                  <Checkbox
                    className={classes.box}
                    aria-label={`${t(`settings.notifications.kinds.${kind}`)}: ${t(`settings.notifications.ways.${way}`)}`}
                    checked={chosen[way]}
                    disabled={(always && way === 'desk') || (kind === 'missed' && !notifyMissed)}
                    onChange={(event) => set({ ...notices, [kind]: { ...notices[kind], [way]: event.currentTarget.checked } })}
                  />
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The switch of this workspace's agent; it holds at once. */
function Missed() {
  const { t } = useTranslation();
  const me = useMe();
  const update = useUpdateMe();
  return (
    <Switch
      className={classes.missed}
      label={t('settings.notifications.missedHere', { workspace: me.workspace.name })}
      checked={me.notifyMissed}
      disabled={update.isPending}
      onChange={(event) => update.mutate({ notifyMissed: event.currentTarget.checked })}
    />
  );
}

/** Whether the browser lets the desk show the system's notices, and what to do where it does not. */
function Permission() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState(noticePermission);
  const test = () => {
    const close = showNotice({ tag: 'test', title: 'ringdesk', body: t('settings.notifications.testText'), url: '/', onClick: () => close(), always: true });
  };
  return (
    <div className={classes.permission} data-permission={permission} role="note">
      <span className={classes.says}>{t(`settings.notifications.permission.${permission}`)}</span>
      {permission === 'default' && (
        <Button size="compact-md" onClick={() => void askForNotices().then(setPermission)}>
          {t('settings.notifications.allow')}
        </Button>
      )}
      {permission === 'granted' && (
        <Button size="compact-md" variant="default" leftSection={<IconBell size={15} />} onClick={test}>
          {t('settings.notifications.test')}
        </Button>
      )}
    </div>
  );
}

const testMs = 4000;

function TestRing({ ringTone, volume }: { ringTone: RingTone; volume: number }) {
  const { t } = useTranslation();
  const [blocked, setBlocked] = useState(false);
  const [ringer] = useState(() => new Ringer(setBlocked));
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stop = () => {
    clearTimeout(timer.current);
    ringer.stop();
  };
  useEffect(() => {
    const pending = timer;
    return () => {
      clearTimeout(pending.current);
      ringer.stop();
    };
  }, [ringer]);
  const play = () => {
    stop();
    ringer.start({ ringTone, volume });
    timer.current = setTimeout(stop, testMs);
  };
  return (
    <>
      <Button variant="default" size="compact-md" leftSection={<IconPlayerPlay size={15} />} onClick={play}>
        {t('settings.notifications.hear')}
      </Button>
      {blocked && <span role="status">{t('settings.notifications.blocked')}</span>}
    </>
  );
}
