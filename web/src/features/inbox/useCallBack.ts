import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';
import { client, result } from '../../shared/api/client';
import { ApiError } from '../../shared/api/problem';
import type { AgentRef, CallRequest, ConversationSummary } from '../../shared/api/types';
import { reachOf } from '../../shared/format/caller';
import { tellProblem } from '../../shared/ui/problems';
import { conversationQuery } from './queries';

/** Who has called back, where that was kept, and when. */
interface Handled {
  at: string;
  by: AgentRef | undefined;
}

const handledOf = (call: ConversationSummary['lastCall']): Handled | undefined =>
  call?.missedHandledAt ? { at: call.missedHandledAt, by: call.missedHandledBy } : undefined;

interface CallBack {
  /** Absent where the customer has no number. */
  number: string;
  pending: boolean;
  /** Somebody has called back before: who and when, for the question whether to call all the same (MISS-5). */
  asking: Handled | undefined;
  call: () => void;
  anyway: () => void;
  giveUp: () => void;
}

/** Calls the customer of a conversation; of a missed one it is a call back, which only one agent makes unasked (MISS-5). */
export function useCallBack(conversation: ConversationSummary): CallBack {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { list = 'all' } = useParams();
  const [asking, setAsking] = useState<Handled>();
  const { id, contact, missedReason, lastCall } = conversation;
  const number = reachOf(contact);
  const missed = missedReason && lastCall?.state === 'missed' ? lastCall : undefined;

  const place = useMutation({
    mutationFn: (body: CallRequest) => result(client.POST('/calls', { body })),
    onSuccess: (call) => void navigate(`/inbox/${list}/${call.conversationId}`),
    onError: async (error) => {
      // A colleague was quicker: what they did is told in place of the refusal.
      const now = missed && error instanceof ApiError && error.code === 'conflict' ? await queries.fetchQuery({ ...conversationQuery(id), staleTime: 0 }).catch(() => undefined) : undefined;
      const handled = handledOf(now?.lastCall);
      if (handled) setAsking(handled);
      else tellProblem(error);
    },
  });
  const request = (rest: Partial<CallRequest>): CallRequest => ({ to: number, conversationId: id, ...(missed && { missedCallId: missed.id }), ...rest });
  return {
    number,
    pending: place.isPending,
    asking,
    call: () => {
      const handled = handledOf(missed);
      if (handled) setAsking(handled);
      else place.mutate(request({}));
    },
    anyway: () => {
      setAsking(undefined);
      place.mutate(request({ anyway: true }));
    },
    giveUp: () => setAsking(undefined),
  };
}
