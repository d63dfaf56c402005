import { TextInput } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import classes from './PickList.module.css';

export interface Choice {
  id: string;
  label: string;
  /** Stands before the label. */
  picture?: ReactNode;
  /** Stands at the end, such as a state. */
  hint?: string | undefined;
  picked?: boolean;
}

interface PickListProps {
  label: string;
  choices: readonly Choice[];
  onPick: (choice: Choice) => void;
  /** What is typed can be picked although it is no choice yet. */
  onNew?: (text: string) => void;
  /** How a new one is offered. */
  newWords?: (text: string) => string;
  /** What stands there when nothing is found. */
  nothing: string;
}

/** A field to search in and a list to pick from, by pointer or by arrows and Enter. */
export function PickList({ label, choices, onPick, onNew, newWords, nothing }: PickListProps) {
  const { t } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState('');
  const [active, setActive] = useState(0);
  const wanted = typed.trim().toLocaleLowerCase();
  const found = choices.filter((choice) => choice.label.toLocaleLowerCase().includes(wanted));
  const fresh = onNew && wanted !== '' && !choices.some((choice) => choice.label.toLocaleLowerCase() === wanted) ? typed.trim() : undefined;
  const count = found.length + (fresh === undefined ? 0 : 1);
  const at = Math.min(active, count - 1);

  const pick = (index: number) => {
    const choice = found[index];
    if (choice) onPick(choice);
    else if (fresh !== undefined) onNew?.(fresh);
    setTyped('');
    setActive(0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || count === 0) return;
    if (event.key === 'ArrowDown') setActive((at + 1) % count);
    else if (event.key === 'ArrowUp') setActive((at - 1 + count) % count);
    else if (event.key === 'Enter') pick(at);
    else return;
    event.preventDefault();
  };
  const option = (index: number, key: string, inside: ReactNode, picked = false) => (
    <li
      key={key}
      id={`${id}-${index}`}
      ref={(element) => {
        if (index === at) element?.scrollIntoView({ block: 'nearest' });
      }}
      role="option"
      aria-selected={index === at}
      className={classes.option}
      data-picked={picked || undefined}
      onMouseDown={(event) => event.preventDefault()}
      onClick={() => pick(index)}
    >
      {inside}
    </li>
  );
  return (
    <div className={classes.pick}>
      <TextInput
        data-autofocus
        size="xs"
        aria-label={label}
        placeholder={label}
        value={typed}
        maxLength={60}
        role="combobox"
        aria-expanded={count > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        aria-activedescendant={count > 0 ? `${id}-${at}` : undefined}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setActive(0);
        }}
        onKeyDown={onKeyDown}
      />
      <ul id={`${id}-list`} role="listbox" aria-label={label} className={classes.list}>
        {found.map((choice, index) =>
          option(
            index,
            choice.id,
            <>
              {choice.picture}
              <span className="truncate" title={choice.label}>
                {choice.label}
              </span>
              {choice.hint && <small>{choice.hint}</small>}
              {choice.picked && <IconCheck size={15} aria-label={t('inbox.picked')} />}
            </>,
            choice.picked,
          ),
        )}
        {fresh !== undefined && option(found.length, 'new', <span className="truncate">{newWords?.(fresh) ?? fresh}</span>)}
      </ul>
      {count === 0 && <p className={classes.nothing}>{nothing}</p>}
    </div>
  );
}
