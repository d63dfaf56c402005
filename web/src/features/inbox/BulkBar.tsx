import { Button, CloseButton, Modal, Popover, Progress } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Bulk } from '../../shared/api/types';
import classes from './BulkBar.module.css';
import { AssignPicker, TagPicker, TeamPicker } from './pickers';
import { SnoozePicker } from './SnoozePicker';
import type { BulkAction } from './useBulk';
import type { Selection } from './useSelection';

// Closing missed conversations cannot be taken back; above so many it is asked once.
const asksAbove = 50;

interface BulkBarProps {
  selection: Selection;
  /** How many the list has with its filters; undefined where nobody knows before it is done. */
  total: number | undefined;
  /** Missed conversations can only be closed (MISS-2). */
  missed: boolean;
  start: (action: BulkAction) => void;
}

export function BulkBar({ selection, total, missed, start }: BulkBarProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { ids, everything } = selection;
  const count = everything ? total : ids.size;
  const close = () => {
    setAsking(false);
    start({ action: 'close' });
  };
  return (
    <div className={classes.bar} role="group" aria-label={t('bulk.title')}>
      <p className={classes.line}>
        <strong className="tabular" role="status">
          {count === undefined ? t('bulk.everything') : t('bulk.selected', { count })}
        </strong>
        {!everything && (total === undefined || total > ids.size) && (
          <Button variant="subtle" size="compact-xs" onClick={selection.chooseEverything}>
            {total === undefined ? t('bulk.selectFound') : t('bulk.selectAll', { count: total })}
          </Button>
        )}
        <CloseButton size="sm" aria-label={t('bulk.clear')} onClick={selection.clear} />
      </p>
      <div className={classes.line}>
        <Button size="compact-sm" onClick={() => (missed && (count === undefined || count > asksAbove) ? setAsking(true) : close())}>
          {t('conversation.close')}
        </Button>
        <Choice label={t('bulk.assign')}>{(done) => <AssignPicker change={({ assigneeId }) => done(() => start({ action: 'assign', assigneeId: assigneeId ?? '' }))} />}</Choice>
        <Choice label={t('bulk.team')}>{(done) => <TeamPicker change={({ teamId }) => done(() => start({ action: 'team', teamId: teamId ?? '' }))} />}</Choice>
        <Choice label={t('conversation.tagShort')}>{(done) => <TagPicker change={({ tags }) => done(() => start({ action: 'tags', addTags: tags ?? [] }))} />}</Choice>
        {!missed && <Choice label={t('conversation.snooze')}>{(done) => <SnoozePicker change={(snoozeUntil) => done(() => start({ action: 'snooze', snoozeUntil }))} />}</Choice>}
      </div>
      <Modal opened={asking} onClose={() => setAsking(false)} title={t('bulk.closeMissed')} size={400} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <p className={classes.words}>{count === undefined ? t('bulk.closeFound') : t('bulk.closeMany', { count })}</p>
        <div className={classes.choice}>
          <Button variant="default" onClick={() => setAsking(false)} data-autofocus>
            {t('app.cancel')}
          </Button>
          <Button color="red" onClick={close}>
            {t('conversation.close')}
          </Button>
        </div>
      </Modal>
    </div>
  );
}

function Choice({ label, children }: { label: string; children: (done: (then: () => void) => void) => ReactNode }) {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" size="compact-sm" rightSection={<IconChevronDown size={12} />} aria-expanded={opened} onClick={() => setOpened(!opened)}>
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p={8} maw="calc(100vw - 16px)">
        {children((then) => {
          setOpened(false);
          then();
        })}
      </Popover.Dropdown>
    </Popover>
  );
}

interface BulkResultProps {
  bulk: Bulk;
  undo: () => void;
  putAway: () => void;
}

/** How far it is; then what came of it, and the way back where the rules allow one. */
export function BulkResult({ bulk, undo, putAway }: BulkResultProps) {
  const { t } = useTranslation();
  const { state, total, processed, changed, unchanged, refused, undoable } = bulk;
  const running = state === 'running';
  const reasons = Object.entries(refused).filter(([, count]) => count > 0);
  return (
    <div className={classes.bar} role="group" aria-label={t('bulk.result')}>
      <p className={classes.line}>
        <strong className="tabular" role="status">
          {running ? t('bulk.running', { processed, total }) : t('bulk.changed', { count: changed })}
        </strong>
        {!running && undoable && (
          <Button variant="subtle" size="compact-xs" onClick={undo}>
            {t('bulk.undo')}
          </Button>
        )}
        {!running && <CloseButton size="sm" aria-label={t('app.close')} onClick={putAway} />}
      </p>
      {running && <Progress size="sm" value={total > 0 ? (processed / total) * 100 : 0} aria-label={t('bulk.result')} />}
      {!running && (unchanged > 0 || reasons.length > 0) && (
        <p className={classes.words}>
          {[
            ...(unchanged > 0 ? [t('bulk.unchanged', { count: unchanged })] : []),
            ...reasons.map(([reason, count]) => t('bulk.refused', { count, reason: t(`bulk.reasons.${known(reason)}`) })),
          ].join(' · ')}
        </p>
      )}
    </div>
  );
}

const why = ['missedOnlyClosed', 'changedSince', 'notAllowed', 'noConversation'] as const;
const known = (reason: string): (typeof why)[number] => why.find((each) => each === reason) ?? 'notAllowed';
