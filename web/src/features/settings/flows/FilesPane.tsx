import { ActionIcon, Button, TextInput, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { dayAndTime } from '../../../shared/format/time';
import { i18next } from '../../../shared/i18n';
import { VersionDialog } from './Dialogs';
import classes from './Flows.module.css';
import { versionsQuery, type Diagnostic, type Flows, type FlowVersion } from './queries';
import { nameable, suffix, type Draft } from './useDraft';

interface FilesProps {
  draft: Draft;
  chosen: string;
  readOnly: boolean;
  diagnostics: readonly Diagnostic[];
  onChoose: (name: string) => void;
}

/** The files of the draft; those with mistakes say how many. */
export function FilesPane({ draft, chosen, readOnly, diagnostics, onChoose }: FilesProps) {
  const { t } = useTranslation();
  const [adding, setAdding] = useState<string | undefined>();
  const errorsIn = (name: string) => diagnostics.filter(({ file, severity }) => file === name && severity === 'error').length;
  const name = adding?.trim() ? (adding.trim().endsWith(suffix) ? adding.trim() : `${adding.trim()}${suffix}`) : '';
  const add = (event: FormEvent) => {
    event.preventDefault();
    if (!nameable(name, draft.files)) return;
    draft.add(name);
    onChoose(name);
    setAdding(undefined);
  };
  return (
    <section className={classes.files} aria-label={t('settings.flows.files')}>
      <div className={classes.paneHead}>
        <h2 className={classes.paneTitle}>{t('settings.flows.files')}</h2>
        {!readOnly && (
          <ActionIcon aria-label={t('settings.flows.addFile')} aria-expanded={adding !== undefined} onClick={() => setAdding(adding === undefined ? '' : undefined)}>
            <IconPlus size={16} />
          </ActionIcon>
        )}
      </div>
      {adding !== undefined && (
        <form onSubmit={add} className={classes.adding}>
          <TextInput
            size="xs"
            aria-label={t('settings.flows.fileName')}
            placeholder={`night${suffix}`}
            value={adding}
            maxLength={100}
            data-autofocus
            autoFocus
            error={name && !nameable(name, draft.files) ? t('settings.flows.fileNameHint') : undefined}
            onChange={(event) => setAdding(event.currentTarget.value)}
          />
          <Button size="compact-xs" type="submit" disabled={!nameable(name, draft.files)}>
            {t('settings.flows.addFile')}
          </Button>
        </form>
      )}
      {draft.files.length === 0 && <p className={classes.quiet}>{t('settings.flows.noFiles')}</p>}
      <ul className={classes.list}>
        {draft.files.map((file) => (
          <li key={file.name} className={classes.file} data-chosen={file.name === chosen || undefined}>
            <UnstyledButton className={classes.fileName} aria-current={file.name === chosen || undefined} onClick={() => onChoose(file.name)}>
              {file.name}
            </UnstyledButton>
            {errorsIn(file.name) > 0 && (
              <span className={classes.count} role="img" aria-label={t('settings.flows.errors', { count: errorsIn(file.name) })}>
                {errorsIn(file.name)}
              </span>
            )}
            {!readOnly && (
              <ActionIcon size="sm" variant="subtle" color="gray" aria-label={t('settings.flows.removeFile', { name: file.name })} onClick={() => draft.remove(file.name)}>
                <IconTrash size={14} />
              </ActionIcon>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The versions, newest first; each opens what it has changed, and the way back to it. */
export function VersionsPane({ flows }: { flows: Flows }) {
  const { t } = useTranslation();
  const { data } = useQuery(versionsQuery);
  const [opened, setOpened] = useState<FlowVersion | undefined>();
  const author = useAuthor();
  return (
    <section className={classes.versions} aria-label={t('settings.flows.versions')}>
      <h2 className={classes.paneTitle}>{t('settings.flows.versions')}</h2>
      {data?.items.length === 0 && <p className={classes.quiet}>{t('settings.flows.noVersions')}</p>}
      <ul className={classes.list}>
        {data?.items.map((version) => (
          <li key={version.version}>
            <UnstyledButton className={classes.version} onClick={() => setOpened(version)}>
              <span className={classes.versionName}>
                {version.version === flows.active ? t('settings.flows.inForce', { version: version.version }) : t('settings.flows.versionTitle', { version: version.version })}
              </span>
              <span className={classes.quiet}>
                {dayAndTime(version.at, i18next.language)} · {author(version)}
              </span>
              {(version.message || version.restores) && (
                <span className={classes.versionText}>{version.message || t('settings.flows.restored', { version: version.restores })}</span>
              )}
            </UnstyledButton>
          </li>
        ))}
      </ul>
      {opened && <VersionDialog version={opened} active={flows.active} mayChange={flows.mayChange} onClose={() => setOpened(undefined)} />}
    </section>
  );
}

/** Who has published a version, or from where it came. */
export function useAuthor() {
  const { t } = useTranslation();
  return ({ by, source }: FlowVersion): string => {
    if (by.name) return by.name;
    return by.kind === 'operator' || by.kind === 'system' ? t(`settings.flows.by.${by.kind}`) : t(`settings.flows.sources.${source}`);
  };
}
