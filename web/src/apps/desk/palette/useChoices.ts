import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { IconMessage2, IconPhoneOutgoing, IconUser } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { listTime } from '../../../shared/format/time';
import { useDisplay } from '../../../shared/format/useDisplay';
import { useMinute } from '../../../shared/ui/useMinute';
import { isNumber, matches, type Choice, type Group } from './choices';
import { useActions } from './useActions';
import { useColleagues } from './useColleagues';
import { usePages } from './usePages';

const each = 5;

/** What is offered for what is typed; nothing typed offers what is done most. */
export function useChoices(typed: string, wanted: string): { groups: readonly Group[]; searching: boolean } {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const actions = useActions();
  const pages = usePages();
  const colleagues = useColleagues();
  const { people, conversations, searching } = useFound(wanted);
  const call: Choice[] = isNumber(typed)
    ? [{ id: 'call', icon: IconPhoneOutgoing, label: t('palette.call', { number: typed }), run: () => void navigate(`/calls/dial?to=${encodeURIComponent(typed)}`) }]
    : [];
  const groups: Group[] = [
    { name: 'call', choices: call },
    { name: 'people', choices: typed ? people : [] },
    { name: 'colleagues', choices: typed ? colleagues.filter((choice) => matches(choice, typed)).slice(0, each) : [] },
    { name: 'conversations', choices: typed ? conversations : [] },
    { name: 'actions', choices: actions.filter((choice) => matches(choice, typed)) },
    { name: 'pages', choices: typed ? pages.filter((choice) => matches(choice, typed)).slice(0, each) : pages.slice(0, each) },
  ];
  return { groups: groups.filter(({ choices }) => choices.length > 0), searching: searching || typed !== wanted };
}

/** People and conversations, as the server's search finds them (INBOX-5). */
function useFound(wanted: string): { people: Choice[]; conversations: Choice[]; searching: boolean } {
  const { t, i18n } = useTranslation();
  const now = useMinute();
  const navigate = useNavigate();
  const display = useDisplay();
  const search = useQuery({
    queryKey: ['palette', wanted],
    queryFn: () => result(client.GET('/search', { params: { query: { q: wanted, limit: each } } })),
    enabled: wanted !== '',
    placeholderData: keepPreviousData,
  });
  const found = wanted ? search.data : undefined;
  const people = (found?.contacts ?? []).map(({ contact }): Choice => {
    const number = contact.numbers[0];
    return { id: `contact ${contact.id}`, icon: IconUser, label: display.contactName(contact), hint: number && display.number(number), run: () => void navigate(`/contacts/${contact.id}`) };
  });
  const conversations = (found?.conversations ?? []).map(({ id, contact, state, updatedAt, match }): Choice => {
    const label = display.contactName(contact);
    const text = match && `${match.before}${match.found}${match.after}`;
    // What was found in the name stands there already, and does not tell one conversation from the next.
    const hint = text && text !== label ? text : `${t(`conversation.states.${state}`)} · ${listTime(updatedAt, i18n.language, now)}`;
    return { id: `conversation ${id}`, icon: IconMessage2, label, hint, run: () => void navigate(`/inbox/all/${id}`) };
  });
  return { people, conversations, searching: search.isFetching };
}
