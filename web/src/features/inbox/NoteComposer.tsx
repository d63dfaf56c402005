import { ActionIcon, Button, Textarea, Tooltip } from '@mantine/core';
import { IconAt, IconNotes } from '@tabler/icons-react';
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation } from 'react-router';
import { useLiveState } from '../../shared/live/LiveProvider';
import { useMe } from '../../shared/session/me';
import { isMac } from '../../shared/shortcuts/shortcuts';
import { Avatar } from '../../shared/ui/Avatar';
import { tellProblem } from '../../shared/ui/problems';
import { draftOf, keepDraft } from './drafts';
import { complete, matching, mentionAt, mentioned } from './mentions';
import classes from './NoteComposer.module.css';
import { useAddNote } from './useConversationChanges';
import { useWanted } from './wanted';

const shownSuggestions = 6;
const longestNote = 10_000;

/** Internal notes with mentions; phone conversations have nothing that goes to the customer (INBOX-2, INBOX-3). */
export function NoteComposer({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const colleagues = Object.values(useLiveState().agents).filter((agent) => agent.id !== me.agentId);
  const addNote = useAddNote(conversationId);
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, showText] = useState(() => draftOf(me.agentId, conversationId));
  const listId = useId();
  const [caret, setCaret] = useState(0);
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState(false);

  const setText = (next: string) => {
    keepDraft(me.agentId, conversationId, next);
    showText(next);
  };

  const { wanted, want } = useWanted();
  useEffect(() => {
    if (wanted !== 'note') return;
    field.current?.focus();
    want(undefined);
  }, [wanted, want]);

  const typed = mentionAt(text, caret);
  const suggestions = typed && !dismissed ? matching(colleagues, typed.query).slice(0, shownSuggestions) : [];

  const put = (next: { text: string; caret: number }) => {
    setText(next.text);
    setCaret(next.caret);
    setActive(0);
    // The caret can only be set once the field holds the new text.
    requestAnimationFrame(() => {
      field.current?.focus();
      field.current?.setSelectionRange(next.caret, next.caret);
    });
  };
  const choose = (index: number) => {
    const agent = suggestions[index];
    if (agent && typed) put(complete(text, typed.from, caret, agent.name));
  };
  const startMention = () => {
    const gap = caret > 0 && !/\s/.test(text[caret - 1] ?? '') ? ' @' : '@';
    setDismissed(false);
    put({ text: text.slice(0, caret) + gap + text.slice(caret), caret: caret + gap.length });
  };
  const submit = () => {
    if (!text.trim() || addNote.isPending) return;
    // The promise also settles when another conversation is shown by then.
    addNote.mutateAsync({ text: text.trim(), mentions: mentioned(text, colleagues) }).then(() => setText(''), tellProblem);
  };
  // Whoever leads here to write a note begins at once.
  const { hash, key } = useLocation();
  useEffect(() => {
    if (hash === '#note') field.current?.focus();
  }, [hash, key]);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    // Enter ends a Hangul syllable that is being composed, not the line.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    } else if (event.key === 'Escape' && suggestions.length === 0) {
      // The keys of the inbox work again.
      event.currentTarget.blur();
    } else if (suggestions.length > 0) {
      const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
      if (move) setActive((index) => (index + move + suggestions.length) % suggestions.length);
      else if (event.key === 'Enter' || event.key === 'Tab') choose(active);
      else if (event.key === 'Escape') setDismissed(true);
      else return;
      event.preventDefault();
    }
  };

  return (
    <div className={classes.composer}>
      {suggestions.length > 0 && (
        <ul className={classes.suggestions} id={listId} role="listbox" aria-label={t('conversation.mention')}>
          {suggestions.map((agent, index) => (
            // The keyboard stays in the text, which says by aria-activedescendant where it is.
            <li
              key={agent.id}
              id={`${listId}-${agent.id}`}
              role="option"
              aria-selected={index === active}
              className={classes.suggestion}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => choose(index)}
            >
              <Avatar name={agent.name} size={24} />
              <span className="truncate">{agent.name}</span>
              <small>{t(`status.${agent.status}`)}</small>
            </li>
          ))}
        </ul>
      )}
      <div className={classes.box}>
        <Textarea
          ref={field}
          variant="unstyled"
          autosize
          minRows={2}
          maxRows={8}
          maxLength={longestNote}
          aria-label={t('conversation.note')}
          aria-describedby={`${listId}-hint`}
          role="combobox"
          aria-autocomplete="list"
          aria-expanded={suggestions.length > 0}
          aria-controls={listId}
          aria-activedescendant={suggestions[active] && `${listId}-${suggestions[active].id}`}
          placeholder={t('conversation.notePlaceholder')}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setCaret(event.currentTarget.selectionStart);
            setActive(0);
            setDismissed(false);
          }}
          onSelect={(event) => setCaret(event.currentTarget.selectionStart)}
          onKeyDown={onKeyDown}
        />
        <div className={classes.foot}>
          <span className={classes.hint} id={`${listId}-hint`}>
            <IconNotes size={15} /> <b>{t('conversation.note')}</b> {t('conversation.noteHint')}
          </span>
          <Tooltip label={t('conversation.mention')}>
            <ActionIcon aria-label={t('conversation.mention')} onClick={startMention}>
              <IconAt size={18} stroke={1.7} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('conversation.noteShortcut', { mod: isMac() ? '⌘' : 'Ctrl' })}>
            <Button loading={addNote.isPending} disabled={!text.trim()} onClick={submit}>
              {t('conversation.addNote')}
            </Button>
          </Tooltip>
        </div>
      </div>
      <p className={classes.noMessages}>{t('conversation.noMessages')}</p>
    </div>
  );
}
