import { ActionIcon, TextInput } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './EditableField.module.css';
import { useFieldProblem } from './problems';

interface EditableFieldProps {
  label: string;
  value: string;
  /** How the value is shown; what is edited is `value`. */
  shown?: ReactNode;
  /** Stands there while there is no value. */
  placeholder: string;
  type?: 'text' | 'email' | 'tel';
  maxLength: number;
  /** Rejects with what is wrong with this field. */
  save: (value: string) => Promise<unknown>;
  /** Begins as a text field, such as a number that is being added. */
  editing?: boolean;
  onClosed?: () => void;
  className?: string | undefined;
}

/** One value that becomes a text field where it stands. Enter saves, Escape leaves it; what is wrong stands under it. */
export function EditableField({ label, value, shown, placeholder, type = 'text', maxLength, save, editing = false, onClosed, className }: EditableFieldProps) {
  const { t } = useTranslation();
  const problem = useFieldProblem();
  const opener = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(editing);
  const [text, setText] = useState(value);
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);

  const close = () => {
    setOpen(false);
    setError(undefined);
    onClosed?.();
    // The opener is there again after the next paint.
    requestAnimationFrame(() => opener.current?.focus());
  };
  const commit = async () => {
    if (busy) return;
    if (text.trim() === value) return close();
    setBusy(true);
    try {
      await save(text.trim());
      close();
    } catch (failed) {
      setError(problem(failed));
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return; // Enter ends a Korean syllable first
    if (event.key === 'Enter') {
      event.preventDefault();
      void commit();
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      close();
    }
  };
  if (!open)
    return (
      <button
        ref={opener}
        type="button"
        className={[classes.value, className].filter(Boolean).join(' ')}
        data-empty={value ? undefined : true}
        aria-label={t('contacts.editField', { field: label, value: typeof shown === 'string' ? shown : value || t('contacts.emptyValue') })}
        title={value || undefined}
        onClick={() => {
          setText(value);
          setOpen(true);
        }}
      >
        {value ? (shown ?? value) : placeholder}
      </button>
    );
  return (
    <div className={classes.editing}>
      <TextInput
        className={classes.input}
        aria-label={label}
        type={type}
        value={text}
        maxLength={maxLength}
        autoFocus
        error={error}
        disabled={busy}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setError(undefined);
        }}
        onKeyDown={onKeyDown}
      />
      <ActionIcon className={classes.action} variant="light" color="iris" loading={busy} aria-label={t('contacts.saveField', { field: label })} onClick={() => void commit()}>
        <IconCheck size={17} />
      </ActionIcon>
      <ActionIcon className={classes.action} aria-label={t('contacts.cancelField', { field: label })} onClick={close}>
        <IconX size={17} />
      </ActionIcon>
    </div>
  );
}
