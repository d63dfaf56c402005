import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { client, result } from '../../shared/api/client';
import type { ConversationSummary } from '../../shared/api/types';
import { tellProblem } from '../../shared/ui/problems';
import { refreshAfter } from './cache';
import { conversationQuery } from './queries';
import { useInboxKeys } from './useInboxKeys';
import type { Selection } from './useSelection';
import { useWanted } from './wanted';

interface Work {
  rows: readonly ConversationSummary[];
  left: ReadonlySet<string>;
  settle: () => void;
  /** The conversation that is open. */
  selected: string | undefined;
  pathOf: (id: string) => string;
  selection: Selection;
}

/** Works through a list by the keyboard; gives the row that it is at. After closing one it goes on to the next. */
export function useWorkingThrough({ rows, left, settle, selected, pathOf, selection }: Work): { index: number; moves: number } {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { want } = useWanted();
  const close = useClose();
  const [at, setAt] = useState({ id: selected, opened: selected });
  // Opening a conversation by a click takes the keyboard along.
  if (at.opened !== selected) setAt({ id: selected ?? at.id, opened: selected });
  const [moved, setMoved] = useState(0);
  useEffect(() => {
    if (moved === 0) return;
    const links = [...document.querySelectorAll<HTMLElement>('[data-testid=inbox-rows] [data-testid=inbox-item]')];
    links.find(({ dataset }) => dataset.id === at.id)?.focus({ preventScroll: true });
  }, [moved, at.id]);

  const go = (id: string | undefined) => {
    if (!id) return;
    setAt({ id, opened: selected });
    setMoved((n) => n + 1);
  };
  const neighbour = (by: 1 | -1): string | undefined => {
    const from = rows.findIndex(({ id }) => id === at.id);
    if (from < 0) return rows[0]?.id;
    for (let index = from + by; index >= 0 && index < rows.length; index += by) {
      const row = rows[index];
      if (row && !left.has(row.id)) return row.id;
    }
    return undefined;
  };
  const row = rows.find(({ id }) => id === at.id);
  const target = at.id ?? selected;
  const closeAndGoOn = () => {
    if (!target || row?.state === 'closed') return;
    const next = neighbour(1) ?? neighbour(-1);
    close(target);
    go(next);
    if (next && target === selected) void navigate(pathOf(next));
  };

  useInboxKeys({
    move: (by) => {
      settle();
      go(neighbour(by) ?? at.id);
    },
    open: () => target && void navigate(pathOf(target)),
    search: () => want('search'),
    select: () => target && selection.toggle(target),
    selectAll: () => selection.add(rows.map(({ id }) => id)),
    clear: selection.clear,
    act: (what) => {
      settle();
      if (what === 'close') return closeAndGoOn();
      if (!target) return;
      if (what === 'snooze' && row?.state === 'missed') return void notifications.show({ message: t('conversation.missedFinal') });
      if (target !== selected) void navigate(pathOf(target));
      want(what);
    },
  });
  return { index: rows.findIndex(({ id }) => id === at.id), moves: moved };
}

function useClose(): (id: string) => void {
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (id: string) => result(client.PATCH('/conversations/{id}', { params: { path: { id } }, body: { state: 'closed' } })),
    onSuccess: (conversation) => {
      queries.setQueryData(conversationQuery(conversation.id).queryKey, conversation);
      refreshAfter(queries, [conversation.id]);
    },
    onError: tellProblem,
  });
  return mutate;
}
