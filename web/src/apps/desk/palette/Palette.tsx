import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useId, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './Palette.module.css';
import { useChoices } from './useChoices';
import type { Choice } from './choices';
import './words';

const pauseMs = 150;

/** Finds people, numbers, conversations, pages and actions, and goes or does: type, arrows, Enter. */
export default function Palette({ close }: { close: () => void }) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [wanted] = useDebouncedValue(typed.trim(), pauseMs);
  const [active, setActive] = useState(0);
  const { groups, searching } = useChoices(typed.trim(), wanted);
  const all = groups.flatMap(({ choices }) => choices);
  const at = Math.min(active, all.length - 1);

  const pick = (choice: Choice | undefined) => {
    if (!choice) return;
    close();
    choice.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // A Hangul syllable that is being written takes the keys.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowDown') setActive(all.length ? (at + 1) % all.length : 0);
    else if (event.key === 'ArrowUp') setActive(all.length ? (at - 1 + all.length) % all.length : 0);
    else if (event.key === 'Enter') pick(all[at]);
    else return;
    event.preventDefault();
  };
  return (
    <Modal opened onClose={close} withCloseButton={false} size={560} padding={0} yOffset="12dvh" centered={false} aria-label={t('palette.title')} transitionProps={{ duration: 80 }}>
      <div className={classes.field}>
        <IconSearch size={18} aria-hidden="true" />
        <input
          className={classes.input}
          role="combobox"
          aria-label={t('palette.title')}
          aria-expanded={all.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={at >= 0 ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          placeholder={t('palette.hint')}
          autoComplete="off"
          spellCheck={false}
          maxLength={100}
          data-autofocus
          value={typed}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div className={classes.list} role="listbox" id={`${id}-list`} aria-label={t('palette.found')}>
        {groups.map(({ name, choices }) => (
          <div key={name} role="group" aria-label={t(`palette.groups.${name}`)}>
            <p className={classes.group} aria-hidden="true">
              {t(`palette.groups.${name}`)}
            </p>
            {choices.map((choice) => {
              const index = all.indexOf(choice);
              return <Option key={choice.id} id={`${id}-${index}`} choice={choice} active={index === at} onPick={() => pick(choice)} onHover={() => setActive(index)} />;
            })}
          </div>
        ))}
      </div>
      <p className={classes.none} role="status" data-empty={all.length === 0 || undefined}>
        {all.length > 0 ? '' : searching ? t('palette.searching') : t('palette.nothing', { q: typed.trim() })}
      </p>
    </Modal>
  );
}

interface OptionProps {
  id: string;
  choice: Choice;
  active: boolean;
  onPick: () => void;
  onHover: () => void;
}

function Option({ id, choice: { icon: Icon, label, hint }, active, onPick, onHover }: OptionProps) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={active}
      className={classes.option}
      ref={(element) => {
        if (active) element?.scrollIntoView?.({ block: 'nearest' });
      }}
      onClick={onPick}
      onMouseMove={active ? undefined : onHover}
    >
      <Icon size={18} stroke={1.7} aria-hidden="true" className={classes.icon} />
      <span className="truncate">{label}</span>
      {hint && <span className={classes.hint}>{hint}</span>}
    </div>
  );
}
