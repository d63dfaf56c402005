import { Button, Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPlus, IconTag } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { administers, useMe } from '../../../shared/session/me';
import { Empty } from '../../../shared/ui/Empty';
import { Danger } from '../Danger';
import { Field } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Gone } from '../Gone';
import { Loaded, Page, Section } from '../Page';
import { tagsQuery, useFresh, type Tag } from '../queries';
import { Row, Rows } from '../Rows';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';
import { TagColour } from './TagColour';

export default function TagsPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const query = useQuery(tagsQuery);
  return (
    <Loaded query={query} title={t('settings.pages.tags')}>
      {({ items }) => {
        if (!id) return <Tags tags={items} />;
        const tag = items.find((each) => each.id === id);
        return id === 'new' || tag ? <TagForm tag={tag} tags={items} /> : <Gone to="/settings/tags" label={t('settings.pages.tags')} />;
      }}
    </Loaded>
  );
}

function Tags({ tags }: { tags: readonly Tag[] }) {
  const { t } = useTranslation();
  const add = (
    <Button component={Link} to="/settings/tags/new" leftSection={<IconPlus size={16} />}>
      {t('settings.tags.add')}
    </Button>
  );
  return (
    <Page title={t('settings.pages.tags')} lead={t('settings.tags.lead')} action={add}>
      {tags.length === 0 ? (
        <Empty icon={IconTag} title={t('settings.tags.none')} text={t('settings.tags.noneHint')} />
      ) : (
        <Rows label={t('settings.pages.tags')}>
          {tags.map((tag) => (
            <Row key={tag.id} to={`/settings/tags/${tag.id}`} mark={<TagColour colour={tag.colour} />} name={tag.name} facts={t('settings.tags.facts', { count: tag.conversations })} />
          ))}
        </Rows>
      )}
    </Page>
  );
}

const colours: readonly Tag['colour'][] = ['gray', 'red', 'pink', 'grape', 'violet', 'indigo', 'blue', 'cyan', 'teal', 'green', 'lime', 'yellow', 'orange'];

function TagForm({ tag, tags }: { tag: Tag | undefined; tags: readonly Tag[] }) {
  const { t } = useTranslation();
  const admin = administers(useMe());
  const navigate = useNavigate();
  const fresh = useFresh();
  const valuesOf = (from: Tag | undefined): Pick<Tag, 'name' | 'colour'> => ({ name: from?.name ?? '', colour: from?.colour ?? 'gray' });
  const form = usePageForm<Pick<Tag, 'name' | 'colour'>>({
    saved: valuesOf(tag),
    ...(tag && { fresh: async () => valuesOf((await fresh.one<{ items: Tag[] }>(tagsQuery)).items.find(({ id }) => id === tag.id)) }),
    save: async ({ name, colour }) => {
      const body = { name: name.trim(), colour };
      await (tag ? result(client.PATCH('/tags/{id}', { params: { path: { id: tag.id } }, body })) : result(client.POST('/tags', { body })));
      await fresh.all();
    },
    check: (key, values) => (key === 'name' && !values.name.trim() ? t('settings.required') : undefined),
    onSaved: () => void (tag ? undefined : navigate('/settings/tags')),
  });
  const { values, set, errorOf } = form;
  return (
    <Page title={tag?.name ?? t('settings.tags.new')} up={{ to: '/settings/tags', label: t('settings.pages.tags') }} onSubmit={form.submit}>
      <Section title={t('settings.tags.itself')}>
        <Field name="name" label={t('settings.name')} error={errorOf('name')}>
          <TextInput aria-label={t('settings.name')} className={fieldClasses.wide} maxLength={60} value={values.name} autoFocus={!tag} onChange={(event) => set('name', event.currentTarget.value)} />
        </Field>
        <Field name="colour" label={t('settings.tags.colour')} error={errorOf('colour')}>
          <Select
            aria-label={t('settings.tags.colour')}
            className={fieldClasses.wide}
            leftSection={<TagColour colour={values.colour} />}
            data={colours.map((value) => ({ value, label: t(`settings.tags.colours.${value}`) }))}
            value={values.colour}
            allowDeselect={false}
            onChange={(value) => value && set('colour', value)}
          />
        </Field>
      </Section>
      {tag && admin && (
        <>
          <Merge tag={tag} others={tags.filter(({ id }) => id !== tag.id)} />
          <Section title={t('settings.danger')}>
            <Danger
              label={t('settings.tags.remove')}
              title={t('settings.removeTitle', { name: tag.name })}
              text={t('settings.tags.removeText', { n: tag.conversations })}
              run={() => result(client.DELETE('/tags/{id}', { params: { path: { id: tag.id } } }))}
              onDone={() => void fresh.all().then(() => navigate('/settings/tags'))}
            />
          </Section>
        </>
      )}
      <SaveBar form={form} {...(tag ? {} : { label: t('settings.tags.create') })} />
    </Page>
  );
}

function Merge({ tag, others }: { tag: Tag; others: readonly Tag[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const fresh = useFresh();
  const [into, setInto] = useState<string | null>(null);
  const other = others.find(({ id }) => id === into);
  if (others.length === 0) return null;
  return (
    <Section title={t('settings.tags.merge')} text={t('settings.tags.mergeHint')}>
      <Field name="into" label={t('settings.tags.into')}>
        <Select aria-label={t('settings.tags.into')} className={fieldClasses.wide} searchable nothingFoundMessage={t('settings.nothing')} data={others.map(({ id, name }) => ({ value: id, label: name }))} value={into} onChange={setInto} />
        {other && (
          <Danger
            label={t('settings.tags.merge')}
            title={t('settings.tags.mergeTitle', { name: tag.name, into: other.name })}
            text={t('settings.tags.mergeText', { n: tag.conversations })}
            run={() => result(client.POST('/tags/{id}/merge', { params: { path: { id: tag.id } }, body: { into: other.id } }))}
            onDone={() => void fresh.all().then(() => navigate('/settings/tags'))}
          />
        )}
      </Field>
    </Section>
  );
}
