import { Button, Kbd, Modal } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { isMac } from '../../shared/shortcuts/shortcuts';
import { useProblemText } from '../../shared/ui/problems';
import classes from './SaveBar.module.css';
import { useLeaveGuard } from './useLeaveGuard';
import type { PageForm } from './usePageForm';

interface SaveBarProps<T> {
  form: PageForm<T>;
  /** What the button says in place of "Save". */
  label?: string;
  /** How another's value is written where it stands against mine. */
  say?: (key: string, value: unknown) => string;
}

/** What a page has unsaved, and the one way to save it. It is there only when there is something to save. */
export function SaveBar<T extends object>({ form, label, say }: SaveBarProps<T>) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const bar = useRef<HTMLDivElement>(null);
  const count = form.changed.length;
  const guard = useLeaveGuard(count > 0 && !form.saving);
  const { submit } = form;
  const theirs = Object.entries(form.conflicts);

  useEffect(() => {
    if (count === 0) return;
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.code !== 'KeyS' || !(isMac() ? event.metaKey : event.ctrlKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      submit();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [count, submit]);

  // What was refused is shown to whoever types next: the first field at fault has the focus.
  const failed = form.changed.find((key) => form.errorOf(key)) ?? (form.error ? '' : undefined);
  useEffect(() => {
    if (!failed) return;
    const field = bar.current?.closest('form')?.querySelector<HTMLElement>(`[data-field="${failed}"]`);
    field?.querySelector<HTMLElement>('input, textarea, select, button')?.focus();
  }, [failed]);

  const shownElsewhere = form.changed.some((key) => form.errorOf(key));
  return (
    <div ref={bar} className={classes.place}>
      {count > 0 && (
        <div className={classes.bar} role="region" aria-label={t('settings.save.region')}>
          {theirs.length > 0 && (
            <p className={classes.conflict} role="alert">
              {t('settings.save.conflict')} {say && theirs.map(([key, value]) => say(key, value)).join(' · ')}
              <Button size="compact-xs" variant="default" onClick={form.takeTheirs}>
                {t('settings.save.takeTheirs')}
              </Button>
              <Button size="compact-xs" variant="default" onClick={form.keepMine}>
                {t('settings.save.keepMine')}
              </Button>
            </p>
          )}
          {form.error !== null && form.error !== undefined && !shownElsewhere && (
            <p className={classes.error} role="alert">
              {problemText(form.error)}
            </p>
          )}
          <div className={classes.line}>
            <span className={classes.count}>{t('settings.save.changes', { count })}</span>
            <Button variant="subtle" color="gray" onClick={form.reset}>
              {t('settings.save.reset')}
            </Button>
            <Button type="submit" loading={form.saving} rightSection={<Kbd className={classes.kbd} aria-hidden>{isMac() ? '⌘S' : 'Ctrl S'}</Kbd>}>
              {label ?? t('app.save')}
            </Button>
          </div>
        </div>
      )}
      <Modal opened={guard.asking} onClose={guard.stay} title={t('settings.leave.title')} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <p className={classes.ask}>{t('settings.leave.text', { n: count })}</p>
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
