import { Button, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconBan, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { dayAndTime } from '../../../shared/format/time';
import { useDisplay } from '../../../shared/format/useDisplay';
import { administers, useMe } from '../../../shared/session/me';
import { Empty } from '../../../shared/ui/Empty';
import { tellProblem } from '../../../shared/ui/problems';
import { Field } from '../form/Field';
import fieldClasses from '../form/Field.module.css';
import { Loaded, Page, Section } from '../Page';
import { blocksQuery, useFresh, type Block } from '../queries';
import { Row, Rows } from '../Rows';
import { SaveBar } from '../SaveBar';
import { usePageForm } from '../usePageForm';

export default function BlocksPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const query = useQuery(blocksQuery);
  return (
    <Loaded query={query} title={t('settings.pages.blocks')}>
      {({ items }) => (id === 'new' ? <NewBlock /> : <Blocks blocks={items} />)}
    </Loaded>
  );
}

function Blocks({ blocks }: { blocks: readonly Block[] }) {
  const { t, i18n } = useTranslation();
  const display = useDisplay();
  const admin = administers(useMe());
  const fresh = useFresh();
  const remove = useMutation({
    mutationFn: (id: string) => result(client.DELETE('/blocks/{id}', { params: { path: { id } } })),
    onSuccess: fresh.all,
    onError: tellProblem,
  });
  const add = (
    <Button component={Link} to="/settings/blocks/new" leftSection={<IconPlus size={16} />}>
      {t('settings.blocks.add')}
    </Button>
  );
  return (
    <Page title={t('settings.pages.blocks')} lead={t('settings.blocks.lead')} action={add}>
      {blocks.length === 0 ? (
        <Empty icon={IconBan} title={t('settings.blocks.none')} />
      ) : (
        <Rows label={t('settings.pages.blocks')}>
          {blocks.map((block) => (
            <Row
              key={block.id}
              name={display.number(block.number)}
              facts={[block.until ? t('settings.blocks.until', { time: dayAndTime(block.until, i18n.language) }) : t('settings.blocks.forever'), block.reason, block.by?.name].filter(Boolean).join(' · ')}
              action={
                admin && (
                  <Button variant="default" size="compact-sm" loading={remove.isPending && remove.variables === block.id} onClick={() => remove.mutate(block.id)}>
                    {t('settings.blocks.remove')}
                  </Button>
                )
              }
            />
          ))}
        </Rows>
      )}
    </Page>
  );
}

const lengths = ['1', '7', '30', '90', '365', ''] as const;

function NewBlock() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const fresh = useFresh();
  const form = usePageForm<{ number: string; days: string; reason: string }>({
    saved: { number: '', days: '30', reason: '' },
    save: async ({ number, days, reason }) => {
      await result(client.POST('/blocks', { body: { number: number.trim(), reason: reason.trim(), ...(days ? { days: Number(days) } : {}) } }));
      await fresh.all();
    },
    check: (key, values) => (key === 'number' && !values.number.trim() ? t('settings.required') : undefined),
    onSaved: () => void navigate('/settings/blocks'),
  });
  return (
    <Page title={t('settings.blocks.new')} up={{ to: '/settings/blocks', label: t('settings.pages.blocks') }} onSubmit={form.submit}>
      <Section title={t('settings.blocks.who')}>
        <Field name="number" label={t('settings.blocks.number')} error={form.errorOf('number')}>
          <TextInput aria-label={t('settings.blocks.number')} type="tel" className={fieldClasses.wide} maxLength={200} autoFocus value={form.values.number} onChange={(event) => form.set('number', event.currentTarget.value)} />
        </Field>
        <Field name="days" label={t('settings.blocks.long')} error={form.errorOf('days')}>
          <Select
            aria-label={t('settings.blocks.long')}
            className={fieldClasses.wide}
            allowDeselect={false}
            data={lengths.map((value) => ({ value: value || 'none', label: value ? t('settings.units.days', { n: Number(value) }) : t('settings.blocks.forever') }))}
            value={form.values.days || 'none'}
            onChange={(value) => form.set('days', value === 'none' || value === null ? '' : value)}
          />
        </Field>
        <Field name="reason" label={t('settings.blocks.reason')} error={form.errorOf('reason')}>
          <TextInput aria-label={t('settings.blocks.reason')} className={fieldClasses.wide} maxLength={500} value={form.values.reason} onChange={(event) => form.set('reason', event.currentTarget.value)} />
        </Field>
      </Section>
      <SaveBar form={form} label={t('settings.blocks.create')} />
    </Page>
  );
}
