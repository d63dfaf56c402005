import { Button, Select, TextInput } from '@mantine/core';
import { IconBackspace, IconPhone } from '@tabler/icons-react';
import { useEffect, useRef, useState, type ChangeEvent, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { BusinessNumber, Contact } from '../../../shared/api/types';
import { keep, recall } from '../../../shared/browser/storage';
import { useDisplay } from '../../../shared/format/useDisplay';
import { useMe } from '../../../shared/session/me';
import { useProblemText } from '../../../shared/ui/problems';
import { Truncated } from '../../../shared/ui/Truncated';
import { Keypad } from '../call/DialPad';
import { IconButton } from '../IconButton';
import { useCallerIds, useMatches } from '../queries';
import { usePlaceCall } from '../usePlaceCall';
import { CheckLine } from './CheckLine';
import classes from './Dial.module.css';
import { asTyped, prepareTyping } from './dialling';
import { Matches } from './Matches';
import { useLastDialled } from './useLastDialled';
import { useObstacle } from './useObstacle';
import { isOpen, useOutboundCheck } from './useOutboundCheck';
import './words';

const callerIdKey = 'ringdesk.callerId';
/** Asks for the number that was dialled last, in the dial's address. */
const last = 'last';

interface DialProps {
  /** What is dialled at first, in any spelling, or `last`. */
  start?: string;
  /** Is told of a call while the dial is there, not when the call has taken it off the screen. */
  onPlaced?: () => void;
}

/** Calls somebody: by number in any spelling, or by a contact's name; it says before what becomes of it (OUT-1, OUT-2, OUT-5 to OUT-7). */
export function Dial({ start = '', onPlaced }: DialProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const obstacle = useObstacle();
  const place = usePlaceCall();
  const field = useRef<HTMLInputElement>(null);
  const { text, chosen, type, choose } = useTyped(start, place.reset);
  const { callerIds, shown, show } = useShown();
  const check = useOutboundCheck(text, shown?.id);
  const matches = useMatches(text);
  const known = chosen ?? (check?.to ? matches.find(({ numbers }) => numbers.includes(check.to)) : undefined);
  const barred = obstacle !== undefined || (check?.allowed === false && !isOpen(check));

  const press = (key: string) => {
    type(text + key);
    field.current?.focus();
  };
  const take = (contact: Contact, number: string) => {
    choose(contact, number);
    field.current?.focus();
  };
  const onChange = ({ currentTarget: { value, selectionStart } }: ChangeEvent<HTMLInputElement>) =>
    // In the middle of a number the caret must stay where it is.
    type(value, selectionStart === value.length && value.length > text.length);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim() || barred) return;
    place.mutate({ to: text, numberId: shown?.id, contactId: chosen?.id }, { onSuccess: onPlaced });
  };
  return (
    <form className={classes.dial} onSubmit={submit}>
      <div className={classes.number}>
        <TextInput
          ref={field}
          className={classes.field}
          classNames={{ input: 'tabular' }}
          size="md"
          aria-label={t('placing.to')}
          placeholder={t('placing.to')}
          autoFocus
          autoComplete="off"
          maxLength={40}
          value={text}
          error={place.error && problemText(place.error)}
          onChange={onChange}
        />
        <IconButton icon={IconBackspace} label={t('placing.back')} onClick={() => type(text.replace(/[^\d+*#]$/, '').slice(0, -1))} />
      </div>
      <div className={classes.about}>
        {known ? <Who contact={known} /> : <Matches contacts={matches} onChoose={take} />}
        <CheckLine check={check} better={callerIds.find(({ id }) => id === check?.betterNumberId)} onUse={show} />
      </div>
      <Keypad onPress={press} />
      <CallerId callerIds={callerIds} shown={shown} onShow={show} />
      {obstacle && <p className={classes.obstacle}>{obstacle}</p>}
      <Button type="submit" color="green" className={classes.call} size="md" leftSection={<IconPhone size={18} />} disabled={!text.trim() || barred} loading={place.isPending}>
        {t('placing.call')}
      </Button>
    </form>
  );
}

/** What is typed, as it is written, and the contact that was chosen by it. */
function useTyped(start: string, onChange: () => void) {
  const { country } = useMe().workspace;
  const display = useDisplay();
  const [typed, setTyped] = useState<string>();
  const [chosen, setChosen] = useState<Contact>();
  const latest = useLastDialled(start === last);
  const [, setReady] = useState(false);
  useEffect(() => {
    prepareTyping().then(
      () => {
        setReady(true);
        setTyped((text) => text && asTyped(text, country));
      },
      () => undefined, // then it stays as it is typed
    );
  }, [country]);
  const first = start === last ? latest && display.number(latest) : start;
  return {
    text: typed ?? (first ? asTyped(first, country) : ''),
    chosen,
    type: (text: string, rewrite = true) => {
      onChange();
      setChosen(undefined);
      setTyped(rewrite ? asTyped(text, country) : text);
    },
    choose: (contact: Contact, number: string) => {
      onChange();
      setChosen(contact);
      setTyped(display.number(number));
    },
  };
}

/** Our number that the other side sees; the choice is remembered (OUT-5). */
function useShown() {
  const callerIds = useCallerIds();
  const [callerId, setCallerId] = useState(() => recall(callerIdKey));
  return {
    callerIds,
    shown: callerIds.find((number) => number.id === callerId) ?? callerIds[0],
    show: ({ id }: BusinessNumber) => {
      setCallerId(id);
      keep(callerIdKey, id);
    },
  };
}

/** Who has this number, before anything rings (OUT-2). */
function Who({ contact }: { contact: Contact }) {
  const display = useDisplay();
  const first = contact.profile.find(({ value }) => value)?.value;
  return (
    <p className={classes.who}>
      <Truncated text={[display.contactName(contact), first].filter(Boolean).join(' · ')} />
    </p>
  );
}

function CallerId({ callerIds, shown, onShow }: { callerIds: BusinessNumber[]; shown: BusinessNumber | undefined; onShow: (number: BusinessNumber) => void }) {
  const { t } = useTranslation();
  const display = useDisplay();
  if (callerIds.length === 0) return null;
  return (
    <Select
      label={t('placing.callerId')}
      allowDeselect={false}
      comboboxProps={{ withinPortal: false }}
      data={callerIds.map((number) => ({ value: number.id, label: [number.label, display.number(number.number)].filter(Boolean).join(' ') }))}
      value={shown?.id ?? null}
      onChange={(id) => {
        const number = callerIds.find((each) => each.id === id);
        if (number) onShow(number);
      }}
    />
  );
}
