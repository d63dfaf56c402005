import { Button, Group, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { client, result } from '../../../shared/api/client';
import type { Agent } from '../../../shared/api/types';
import { administers, useMe } from '../../../shared/session/me';
import { Password } from '../../../shared/ui/Password';
import { tellProblem, useProblemText } from '../../../shared/ui/problems';
import { Danger } from '../Danger';
import { Section } from '../Page';
import { useFresh } from '../queries';
import { LinkToSend } from './LinkToSend';

/** Letting somebody in, and keeping them out; each takes effect at once. */
export function Access({ agent }: { agent: Agent }) {
  const { t } = useTranslation();
  const me = useMe();
  const navigate = useNavigate();
  const fresh = useFresh();
  const path = { params: { path: { id: agent.id } } };
  const link = useMutation({
    mutationFn: () => result(agent.invitedUntil ? client.POST('/agents/{id}/invite', path) : client.POST('/agents/{id}/password-link', path)),
    onSuccess: fresh.all,
    onError: tellProblem,
  });
  if (!administers(me)) return null;
  const myself = agent.id === me.agentId;
  const invited = agent.invitedUntil !== undefined;
  return (
    <Section title={t('settings.agents.access')} {...(invited && { text: t('settings.invite.waiting') })}>
      <Group gap={8} mt={4}>
        {!myself && (
          <Button variant="default" loading={link.isPending} onClick={() => link.mutate()}>
            {t(invited ? 'settings.invite.again' : 'settings.invite.passwordLink')}
          </Button>
        )}
        {!invited && <Inside agent={agent} myself={myself} />}
        {!myself && (
          <Danger
            label={t('settings.agents.remove')}
            title={t('settings.agents.removeTitle', { name: agent.name })}
            text={t('settings.agents.removeText')}
            run={() => result(client.DELETE('/agents/{id}', path))}
            onDone={() => void fresh.all().then(() => navigate('/settings/agents'))}
          />
        )}
      </Group>
      {link.data && <LinkToSend name={agent.name} link={link.data} />}
    </Section>
  );
}

/** What is done about somebody who has got in. */
function Inside({ agent, myself }: { agent: Agent; myself: boolean }) {
  const { t } = useTranslation();
  const fresh = useFresh();
  const path = { params: { path: { id: agent.id } } };
  const endSessions = useMutation({
    mutationFn: () => result(client.DELETE('/agents/{id}/sessions', path)),
    onSuccess: ({ ended }) => notifications.show({ message: t('settings.agents.ended', { n: ended }) }),
    onError: tellProblem,
  });
  const restore = useMutation({ mutationFn: () => result(client.POST('/agents/{id}/restore', path)), onSuccess: fresh.all, onError: tellProblem });
  return (
    <>
      <NewPassword agent={agent} disabled={myself} />
      <Button variant="default" loading={endSessions.isPending} onClick={() => endSessions.mutate()}>
        {t('settings.agents.endSessions')}
      </Button>
      {agent.suspended ? (
        <Button variant="default" loading={restore.isPending} onClick={() => restore.mutate()}>
          {t('settings.agents.restore')}
        </Button>
      ) : (
        !myself && (
          <Danger
            label={t('settings.agents.suspend')}
            title={t('settings.agents.suspendTitle', { name: agent.name })}
            text={t('settings.agents.suspendText')}
            run={() => result(client.POST('/agents/{id}/suspend', path))}
            onDone={() => void fresh.all()}
          />
        )
      )}
    </>
  );
}

function NewPassword({ agent, disabled }: { agent: Agent; disabled: boolean }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [opened, { open, close }] = useDisclosure(false);
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: () => result(client.PUT('/agents/{id}/password', { params: { path: { id: agent.id } }, body: { password } })),
    onSuccess: () => {
      close();
      notifications.show({ message: t('settings.agents.passwordSet', { name: agent.name }) });
    },
  });
  const begin = () => {
    setPassword('');
    change.reset();
    open();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation(); // the page around it is a form, too
    change.mutate();
  };
  if (disabled) return null;
  return (
    <>
      <Button variant="default" onClick={begin}>
        {t('settings.agents.newPassword')}
      </Button>
      <Modal opened={opened} onClose={close} title={t('settings.agents.passwordTitle', { name: agent.name })} closeButtonProps={{ 'aria-label': t('app.close') }}>
        <form onSubmit={submit}>
          <Password
            label={t('settings.agents.password')}
            description={t('settings.agents.passwordHint')}
            autoComplete="new-password"
            maxLength={1000}
            value={password}
            error={change.error ? problemText(change.error) : undefined}
            onChange={(event) => setPassword(event.currentTarget.value)}
            data-autofocus
          />
          <Group justify="flex-end" gap={8} mt={16}>
            <Button variant="default" onClick={close}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" loading={change.isPending} disabled={!password}>
              {t('app.save')}
            </Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}
