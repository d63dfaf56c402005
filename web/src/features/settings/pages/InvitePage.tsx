import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { client, result } from '../../../shared/api/client';
import type { components } from '../../../shared/api/schema.gen';
import { Field } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Page, Section } from '../Page';
import { useFresh } from '../queries';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';
import { Offers, Person, useCheckAgent, type AgentValues } from './AgentFields';
import { LinkToSend } from './LinkToSend';

type Invitation = components['schemas']['Invitation'];
type Values = AgentValues & { email: string };

const nobody: Values = { email: '', name: '', role: 'agent', seat: true, placesCalls: true, supervises: false, ringSeconds: 0, skills: {}, teams: [] };

/** Somebody new; when they are invited, their link, once. */
export function InvitePage() {
  const { t } = useTranslation();
  const fresh = useFresh();
  const checkAgent = useCheckAgent();
  const [made, setMade] = useState<Invitation | undefined>();
  const form = usePageForm<Values>({
    saved: nobody,
    save: async (values) => {
      setMade(await result(client.POST('/agents', { body: { ...values, email: values.email.trim(), name: values.name.trim() } })));
      await fresh.all();
    },
    check: (key, values) => (key === 'email' ? (values.email.trim() ? undefined : t('settings.required')) : checkAgent(key, values)),
  });
  const up = { to: '/settings/agents', label: t('settings.pages.agents') };
  if (made)
    return (
      <Page title={made.agent.name} lead={made.agent.email} up={up}>
        <LinkToSend name={made.agent.name} link={made.link} />
        <Button component={Link} to={up.to} variant="default" mt={16}>
          {t('settings.invite.done')}
        </Button>
      </Page>
    );
  return (
    <Page title={t('settings.invite.title')} up={up} onSubmit={form.submit}>
      <Section title={t('settings.invite.itself')}>
        <Field name="email" label={t('settings.invite.email')} error={form.errorOf('email')}>
          <TextInput aria-label={t('settings.invite.email')} type="email" className={fieldClasses.wide} maxLength={254} autoFocus value={form.values.email} onChange={(event) => form.set('email', event.currentTarget.value)} />
        </Field>
      </Section>
      <Person form={form} />
      <Offers form={form} />
      <SaveBar form={form} label={t('settings.invite.create')} />
    </Page>
  );
}
