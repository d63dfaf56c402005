import { ActionIcon, Button, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconArrowDown, IconArrowUp, IconForms, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { administers, useMe } from '../../../shared/session/me';
import { Empty } from '../../../shared/ui/Empty';
import { tellProblem } from '../../../shared/ui/problems';
import { Danger } from '../Danger';
import { Field } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Gone } from '../Gone';
import { Loaded, Page, Section } from '../Page';
import { fieldsQuery, useFresh, type ProfileField } from '../queries';
import { Row, Rows } from '../Rows';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';

export default function FieldsPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const query = useQuery(fieldsQuery);
  return (
    <Loaded query={query} title={t('settings.pages.fields')}>
      {({ items }) => {
        if (!id) return <Fields fields={items} />;
        const field = items.find((each) => each.id === id);
        return id === 'new' || field ? <FieldForm field={field} /> : <Gone to="/settings/fields" label={t('settings.pages.fields')} />;
      }}
    </Loaded>
  );
}

/** How many of them stand in the ring box (IN-1). */
const inTheRing = 3;

function Fields({ fields }: { fields: readonly ProfileField[] }) {
  const { t } = useTranslation();
  const fresh = useFresh();
  const move = useMutation({
    mutationFn: ({ id, position }: { id: string; position: number }) => result(client.PATCH('/profile-fields/{id}', { params: { path: { id } }, body: { position } })),
    onSettled: fresh.all,
    onError: tellProblem,
  });
  const add = (
    <Button component={Link} to="/settings/fields/new" leftSection={<IconPlus size={16} />}>
      {t('settings.fields.add')}
    </Button>
  );
  return (
    <Page title={t('settings.pages.fields')} lead={t('settings.fields.lead')} action={add}>
      {fields.length === 0 ? (
        <Empty icon={IconForms} title={t('settings.fields.none')} text={t('settings.fields.noneHint')} />
      ) : (
        <Rows label={t('settings.pages.fields')}>
          {fields.map(({ id, label, key }, index) => (
            <Row
              key={id}
              to={`/settings/fields/${id}`}
              name={label}
              facts={key}
              after={index === inTheRing - 1 ? t('settings.fields.upToHere') : undefined}
              action={
                fields.length > 1 && (
                  <>
                    <ActionIcon aria-label={t('settings.fields.up', { name: label })} disabled={index === 0 || move.isPending} onClick={() => move.mutate({ id, position: index - 1 })}>
                      <IconArrowUp size={16} />
                    </ActionIcon>
                    <ActionIcon aria-label={t('settings.fields.down', { name: label })} disabled={index === fields.length - 1 || move.isPending} onClick={() => move.mutate({ id, position: index + 1 })}>
                      <IconArrowDown size={16} />
                    </ActionIcon>
                  </>
                )
              }
            />
          ))}
        </Rows>
      )}
    </Page>
  );
}

function FieldForm({ field }: { field: ProfileField | undefined }) {
  const { t } = useTranslation();
  const admin = administers(useMe());
  const navigate = useNavigate();
  const fresh = useFresh();
  const form = usePageForm<{ label: string }>({
    saved: { label: field?.label ?? '' },
    save: async ({ label }) => {
      const body = { label: label.trim() };
      await (field ? result(client.PATCH('/profile-fields/{id}', { params: { path: { id: field.id } }, body })) : result(client.POST('/profile-fields', { body })));
      await fresh.all();
    },
    check: (_, values) => (values.label.trim() ? undefined : t('settings.required')),
    onSaved: () => void (field ? undefined : navigate('/settings/fields')),
  });
  return (
    <Page title={field?.label ?? t('settings.fields.new')} up={{ to: '/settings/fields', label: t('settings.pages.fields') }} onSubmit={form.submit}>
      <Section title={t('settings.fields.itself')}>
        <Field name="label" label={t('settings.fields.label')} error={form.errorOf('label')} under={field && t('settings.fields.key', { key: field.key })}>
          <TextInput aria-label={t('settings.fields.label')} className={fieldClasses.wide} maxLength={60} value={form.values.label} autoFocus={!field} onChange={(event) => form.set('label', event.currentTarget.value)} />
        </Field>
      </Section>
      {field && admin && (
        <Section title={t('settings.danger')}>
          <Danger
            label={t('settings.fields.remove')}
            title={t('settings.removeTitle', { name: field.label })}
            text={t('settings.fields.removeText')}
            run={() => result(client.DELETE('/profile-fields/{id}', { params: { path: { id: field.id } } }))}
            onDone={() => void fresh.all().then(() => navigate('/settings/fields'))}
          />
        </Section>
      )}
      <SaveBar form={form} {...(field ? {} : { label: t('settings.fields.create') })} />
    </Page>
  );
}
