import { useMutation } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { client, result } from '../../shared/api/client';
import type { CallRequest } from '../../shared/api/types';

/**
 * Calls somebody; each call opens a conversation of its own, which is shown (OUT-3), also when the call, which the live channel may tell of
 * before, has taken what asked for it off the screen.
 */
export function usePlaceCall() {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: (body: CallRequest) => result(client.POST('/calls', { body })),
    onSuccess: (call) => void navigate(`/inbox/all/${call.conversationId}`),
  });
}
