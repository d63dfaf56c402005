import { Button, Modal, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../../shared/api/client';
import { dayAndTime } from '../../../shared/format/time';
import { useDisplay } from '../../../shared/format/useDisplay';
import { i18next } from '../../../shared/i18n';
import { useProblemText } from '../../../shared/ui/problems';
import { useFresh } from '../queries';
import classes from './Dialogs.module.css';
import { DiffView } from './DiffView';
import { diffQuery, replayQuery, type FlowFile, type FlowVersion } from './queries';
import { useReason } from './words';

interface PublishProps {
  files: FlowFile[];
  base: number;
  onClose: () => void;
  onPublished: () => void;
}

/** What publishing would change, in the text and in the ways of real calls, before it is done. */
export function PublishDialog({ files, base, onClose, onPublished }: PublishProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const fresh = useFresh();
  const [message, setMessage] = useState('');
  const diff = useQuery(diffQuery(base, files));
  const publish = useMutation({
    mutationFn: () => result(client.POST('/flows/versions', { body: { files, base, message: message.trim(), source: 'screen' } })),
    onSuccess: async ({ version }) => {
      onPublished();
      notifications.show({ message: t('settings.flows.published', { version }) });
      await fresh.all();
    },
    onError: () => fresh.all(), // somebody was faster: the page says who
  });
  const error = publish.error ?? diff.error;
  return (
    <Modal opened onClose={onClose} size="xl" title={t('settings.flows.publishNow', { version: base + 1 })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <section aria-label={t('settings.flows.difference')}>
        <h3 className={classes.part}>{t('settings.flows.difference')}</h3>
        {diff.data && <DiffView files={diff.data.files} />}
      </section>
      <section aria-label={t('settings.flows.paths')}>
        <h3 className={classes.part}>{t('settings.flows.paths')}</h3>
        <ChangedPaths files={files} />
      </section>
      <TextInput
        mt={16}
        label={t('settings.flows.message')}
        description={t('settings.flows.messageHint')}
        value={message}
        maxLength={500}
        onChange={(event) => setMessage(event.currentTarget.value)}
      />
      {error && (
        <p className={classes.error} role="alert">
          {problemText(error)}
        </p>
      )}
      <div className={classes.answers}>
        <Button variant="default" onClick={onClose}>
          {t('app.cancel')}
        </Button>
        <Button loading={publish.isPending} disabled={!diff.data} onClick={() => publish.mutate()}>
          {t('settings.flows.publishNow', { version: base + 1 })}
        </Button>
      </div>
    </Modal>
  );
}

/** The last real calls in a draft, and which of them go another way. */
export function ChangedPaths({ files }: { files: FlowFile[] }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const { number: display } = useDisplay();
  const reason = useReason();
  const { data, error } = useQuery(replayQuery(files));
  if (error) return <p className={classes.error}>{problemText(error)}</p>;
  if (!data) return <p className={classes.quiet}>{t('settings.flows.pathsChecking')}</p>;
  if (data.tried === 0) return <p className={classes.quiet}>{t('settings.flows.pathsNone')}</p>;
  if (data.changed.length === 0) return <p className={classes.quiet}>{t('settings.flows.pathsSame', { count: data.tried })}</p>;
  const way = (steps: readonly string[], end: string) => [...steps, reason(end)].join(' → ');
  return (
    <>
      <p className={classes.quiet}>{t('settings.flows.pathsChanged', { changed: data.changed.length, tried: data.tried })}</p>
      <ul className={classes.calls}>
        {data.changed.map(({ callId, at, from, before, after, endBefore, endAfter }) => (
          <li key={callId}>
            <span className={classes.call}>
              {display(from)} · {dayAndTime(at, i18next.language)}
            </span>
            <span className={classes.way}>
              {t('settings.flows.before')}: {way(before, endBefore)}
            </span>
            <span className={classes.way}>
              {t('settings.flows.after')}: {way(after, endAfter)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** The last calls in the draft, by themselves. */
export function ReplayDialog({ files, onClose }: { files: FlowFile[]; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal opened onClose={onClose} size="lg" title={t('settings.flows.tryCalls')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <ChangedPaths files={files} />
    </Modal>
  );
}

interface VersionProps {
  version: FlowVersion;
  active: number;
  mayChange: boolean;
  onClose: () => void;
}

/** What a version has changed, or what bringing it back would. */
export function VersionDialog({ version: { version, message }, active, mayChange, onClose }: VersionProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const fresh = useFresh();
  const old = version !== active;
  const [from, to] = old ? [active, version] : [version - 1, version];
  const diff = useQuery(diffQuery(from, to));
  const restore = useMutation({
    mutationFn: () => result(client.POST('/flows/versions/{version}/restore', { params: { path: { version } }, body: { base: active } })),
    onSuccess: async (made) => {
      notifications.show({ message: t('settings.flows.published', { version: made.version }) });
      onClose();
      await fresh.all();
    },
    onError: () => fresh.all(),
  });
  const error = restore.error ?? diff.error;
  return (
    <Modal opened onClose={onClose} size="xl" title={t('settings.flows.versionTitle', { version })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      {message && <p className={classes.said}>{message}</p>}
      <h3 className={classes.part}>{t('settings.flows.comparedTo', { from, to })}</h3>
      {diff.data && <DiffView files={diff.data.files} />}
      {error && (
        <p className={classes.error} role="alert">
          {problemText(error)}
        </p>
      )}
      {old && mayChange && (
        <>
          <p className={classes.quiet}>{t('settings.flows.restoreHint')}</p>
          <div className={classes.answers}>
            <Button variant="default" onClick={onClose}>
              {t('app.cancel')}
            </Button>
            <Button loading={restore.isPending} onClick={() => restore.mutate()}>
              {t('settings.flows.restore', { version })}
            </Button>
          </div>
        </>
      )}
    </Modal>
  );
}
