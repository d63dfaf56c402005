import { ActionIcon, Button, Modal } from '@mantine/core';
import { useDebouncedValue, useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconArrowLeft, IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { administers, useMe } from '../../../shared/session/me';
import { ScreenTitle } from '../../../shared/ui/ScreenTitle';
import { Loaded } from '../Page';
import { useLeaveGuard } from '../useLeaveGuard';
import { PublishDialog, ReplayDialog } from './Dialogs';
import Editor, { type Place } from './Editor';
import { FilesPane, useAuthor, VersionsPane } from './FilesPane';
import classes from './Flows.module.css';
import { checkQuery, flowsQuery, type Diagnostic, type Flows, type Position } from './queries';
import { SimulationPane } from './SimulationPane';
import { useDraft, type Draft } from './useDraft';
import { useSimulation } from './useSimulation';

/** What happens to calls, as a text (DP-1): its files and versions, the text, and what a call would do in it. */
export default function FlowsPage() {
  const { t } = useTranslation();
  const query = useQuery(flowsQuery);
  return (
    <Loaded query={query} title={t('settings.pages.flows')}>
      {(flows) => <FlowsScreen flows={flows} />}
    </Loaded>
  );
}

/** How long nobody has to type before the draft is checked. */
const restMs = 400;
const none: Diagnostic[] = [];

function FlowsScreen({ flows }: { flows: Flows }) {
  const { t } = useTranslation();
  const draft = useDraft(flows);
  const wide = !useMediaQuery('(max-width: 1023px)', undefined, { getInitialValueInEffect: false });
  const readOnly = !flows.mayChange || !wide;
  const [rested] = useDebouncedValue(draft.files, restMs);
  const check = useQuery({ ...checkQuery(rested), placeholderData: (before) => before });
  const diagnostics = check.data?.diagnostics ?? none;
  const settled = rested === draft.files && check.isSuccess && !check.isPlaceholderData;
  const checked = check.isSuccess && !check.isPlaceholderData && diagnostics.every(({ severity }) => severity !== 'error');
  const right = settled && checked;
  const simulating = useSimulation(rested, checked, flows.numbers[0]?.number ?? '');
  const [chosen, setChosen] = useState('');
  const [pointed, setPointed] = useState<Position | undefined>();
  const [place, setPlace] = useState<(Place & { file: string }) | undefined>();
  const [dialog, setDialog] = useState<'publish' | 'replay' | undefined>();
  const guard = useLeaveGuard(draft.changed);
  const shown = pointed && draft.files.some(({ name }) => name === pointed.file) ? pointed.file : chosen;
  const file = draft.files.find(({ name }) => name === shown) ?? draft.files[0];
  const go = ({ file: name, line, column }: Position) => {
    setChosen(name);
    setPlace({ file: name, line, column, asked: (place?.asked ?? 0) + 1 });
  };
  return (
    <div className={classes.screen}>
      <Head flows={flows} draft={draft} diagnostics={diagnostics} settled={settled} readOnly={readOnly} onPublish={right ? () => setDialog('publish') : undefined} onReplay={right ? () => setDialog('replay') : undefined} />
      <Notes flows={flows} draft={draft} wide={wide} />
      <div className={classes.panes}>
        <div className={classes.side}>
          <FilesPane draft={draft} chosen={file?.name ?? ''} readOnly={readOnly} diagnostics={diagnostics} onChoose={setChosen} />
          <VersionsPane flows={flows} />
        </div>
        <div className={classes.middle}>
          {file && (
            <div className={classes.text}>
              <Editor
                key={file.name}
                label={t('settings.flows.editor', { name: file.name })}
                text={file.text}
                readOnly={readOnly}
                diagnostics={settled ? diagnostics.filter((each) => each.file === file.name) : none}
                line={pointed?.file === file.name ? pointed.line : 0}
                place={place?.file === file.name ? place : undefined}
                onChange={(text) => draft.write(file.name, text)}
              />
            </div>
          )}
          <Found diagnostics={diagnostics} onGo={go} />
        </div>
        <SimulationPane flows={flows} right={checked || !check.isSuccess || check.isPlaceholderData} simulating={simulating} onPoint={setPointed} onGo={go} />
      </div>
      {dialog === 'publish' && (
        <PublishDialog
          files={draft.files}
          base={draft.base}
          onClose={() => setDialog(undefined)}
          onPublished={() => {
            setDialog(undefined);
            draft.discard();
          }}
        />
      )}
      {dialog === 'replay' && <ReplayDialog files={draft.files} onClose={() => setDialog(undefined)} />}
      <Modal opened={guard.asking} onClose={guard.stay} title={t('settings.flows.leaveTitle')} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <p className={classes.quiet}>{t('settings.flows.leaveText')}</p>
        <div className={classes.answers}>
          <Button variant="default" onClick={guard.leave}>
            {t('settings.leave.discard')}
          </Button>
          <Button onClick={guard.stay} data-autofocus>
            {t('settings.leave.stay')}
          </Button>
        </div>
      </Modal>
    </div>
  );
}

interface HeadProps {
  flows: Flows;
  draft: Draft;
  diagnostics: readonly Diagnostic[];
  settled: boolean;
  readOnly: boolean;
  onPublish: (() => void) | undefined;
  onReplay: (() => void) | undefined;
}

/** How things stand: what is in force, and what is wrong with the draft. */
function Head({ flows, draft, diagnostics, settled, readOnly, onPublish, onReplay }: HeadProps) {
  const { t } = useTranslation();
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const state = () => {
    if (!settled) return t('settings.flows.checking');
    if (errors > 0) return t('settings.flows.errors', { count: errors });
    return [draft.changed && t('settings.flows.draft'), t('settings.flows.right'), warnings > 0 && t('settings.flows.warnings', { count: warnings })].filter(Boolean).join(' · ');
  };
  const fresh = draft.changed || (flows.active === 0 && draft.files.length > 0);
  return (
    <header className={classes.head}>
      <ActionIcon className={classes.back} component={Link} to="/settings" aria-label={t('settings.title')}>
        <IconArrowLeft size={20} />
      </ActionIcon>
      <ScreenTitle className={classes.title}>{t('settings.pages.flows')}</ScreenTitle>
      <p className={classes.state} role="status">
        {flows.active > 0 && <strong className={classes.inForce}>{t('settings.flows.inForce', { version: flows.active })}</strong>}
        <span data-tone={settled && errors > 0 ? 'red' : undefined}>{state()}</span>
      </p>
      <div className={classes.actions}>
        {draft.changed && (
          <Button size="xs" variant="subtle" color="gray" onClick={draft.discard}>
            {t('settings.flows.discard')}
          </Button>
        )}
        <Button size="xs" variant="default" disabled={!onReplay} onClick={onReplay}>
          {t('settings.flows.tryCalls')}
        </Button>
        {!readOnly && (
          <Button size="xs" disabled={!onPublish || !fresh || draft.base !== flows.active} onClick={onPublish}>
            {t('settings.flows.publish')}
          </Button>
        )}
      </div>
    </header>
  );
}

/** What somebody has to know before they write. */
function Notes({ flows, draft, wide }: { flows: Flows; draft: Draft; wide: boolean }) {
  const { t } = useTranslation();
  const author = useAuthor();
  const me = useMe();
  const { folder, version, active } = flows;
  const wrong = folder?.diagnostics.filter(({ severity }) => severity === 'error') ?? [];
  return (
    <>
      {folder && (
        <p className={classes.note} role="note">
          <IconLock size={16} /> {t('settings.flows.folder', { path: folder.path })}
        </p>
      )}
      {folder?.trouble && (
        <p className={classes.note} data-tone="red" role="alert">
          {t('settings.flows.folderTrouble', { text: folder.trouble })}
        </p>
      )}
      {wrong.length > 0 && (
        <div className={classes.note} data-tone="red" role="alert">
          {t('settings.flows.folderWrong', { count: wrong.length, version: active })}
          <ul className={classes.list}>
            {wrong.map((each, i) => (
              <li key={i}>
                {each.file}:{each.line}:{each.column} {each.text}
              </li>
            ))}
          </ul>
        </div>
      )}
      {!folder && !administers(me) && (
        <p className={classes.note} role="note">
          <IconLock size={16} /> {t('settings.readOnly')}
        </p>
      )}
      {!wide && flows.mayChange && (
        <p className={classes.note} role="note">
          {t('settings.flows.narrow')}
        </p>
      )}
      {active === 0 && !folder && draft.files.length > 0 && (
        <p className={classes.note} role="note">
          {t('settings.flows.noneInForce')}
        </p>
      )}
      {draft.changed && draft.base !== active && version && (
        <div className={classes.note} data-tone="amber" role="alert">
          {t('settings.flows.conflict', { version: active, name: author(version), base: draft.base })}
          <Button size="compact-xs" variant="default" onClick={draft.rebase}>
            {t('settings.flows.conflictKeep', { version: active })}
          </Button>
          <Button size="compact-xs" variant="default" onClick={draft.discard}>
            {t('settings.flows.seeVersion', { version: active })}
          </Button>
        </div>
      )}
    </>
  );
}

/** What check has found, each with the way to its line. */
function Found({ diagnostics, onGo }: { diagnostics: readonly Diagnostic[]; onGo: (at: Position) => void }) {
  const { t, i18n } = useTranslation();
  if (diagnostics.length === 0) return null;
  return (
    <section className={classes.found} aria-label={t('settings.flows.found')}>
      {i18n.language !== 'en' && <p className={classes.quiet}>{t('settings.flows.english')}</p>}
      <ul className={classes.list}>
        {diagnostics.map((each, i) => (
          <li key={i}>
            <button type="button" className={classes.mistake} data-tone={each.severity === 'error' ? 'red' : 'amber'} onClick={() => onGo(each)}>
              <span className={classes.where}>
                {each.file}:{each.line}:{each.column}
              </span>
              <span lang="en">{each.text}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
