import { ActionIcon, Button, Textarea, Tooltip, UnstyledButton } from '@mantine/core';
import { IconAt, IconNotes } from '@tabler/icons-react';
import { useRef, useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useLiveState } from '../live/LiveProvider';
import { useMe } from '../session/MeContext';
import { isMac } from '../shortcuts/shortcuts';
import { Avatar } from '../ui/Avatar';
import { tellProblem } from '../ui/problems';
import { complete, matching, mentionAt, mentioned } from './mentions';
import classes from './NoteComposer.module.css';
import { useAddNote } from './useConversationChanges';

const shownSuggestions = 6;
const longestNote = 10_000;

// What was typed and not yet sent, by conversation: looking at another one loses nothing.
const drafts = new Map<string, string>();

/** Internal notes with mentions; phone conversations have nothing that goes to the customer (INBOX-2, INBOX-3). */
export function NoteComposer({ conversationId }: { conversationId: string }) {
  const { t } = useTranslation();
  const me = useMe();
  const colleagues = Object.values(useLiveState().agents).filter((agent) => agent.id !== me.agentId);
  const addNote = useAddNote(conversationId);
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, showText] = useState(drafts.get(conversationId) ?? '');
  const [caret, setCaret] = useState(0);
  const [active, setActive] = useState(0);
  const [dismissed, setDismissed] = useState(false);

  const setText = (next: string) => {
    if (next) drafts.set(conversationId, next);
    else drafts.delete(conversationId);
    showText(next);
  };

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
  const onKeyDown = (event: KeyboardEvent) => {
    // Enter ends a Hangul syllable that is being composed, not the line.
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
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
        <ul className={classes.suggestions} role="listbox" aria-label={t('conversation.mention')}>
          {suggestions.map((agent, index) => (
            <li key={agent.id} role="option" aria-selected={index === active}>
              <UnstyledButton className={classes.suggestion} tabIndex={-1} onMouseDown={(event) => event.preventDefault()} onClick={() => choose(index)}>
                <Avatar name={agent.name} size={24} />
                <span className="truncate">{agent.name}</span>
                <small>{t(`status.${agent.status}`)}</small>
              </UnstyledButton>
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
          <span className={classes.hint}>
            <IconNotes size={15} /> {t('conversation.noteHint')}
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
    </div>
  );
}
