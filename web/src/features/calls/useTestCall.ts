import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../shared/api/client';
import { tellProblem } from '../../shared/ui/problems';

/** Lets the engine call the workspace's first number as a customer would (owner, admin). */
export function useTestCall() {
  const { t } = useTranslation();
  return useMutation({
    mutationFn: () => result(client.POST('/calls/test', { body: {} })),
    onSuccess: () => notifications.show({ message: t('call.testCallSent') }),
    onError: tellProblem,
  });
}
