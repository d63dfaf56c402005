import { Button, Group, Modal, NativeSelect, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../shared/api/client';
import { useDisplay } from '../../shared/format/useDisplay';
import { useProblemText } from '../../shared/ui/problems';
import { blocksQuery } from './queries';

const days = [1, 7, 30, 90];

/** Turns a number away for some days, or for ever. */
export default function BlockDialog({ number, onClose }: { number: string; onClose: () => void }) {
  const { t } = useTranslation();
  const display = useDisplay();
  const problemText = useProblemText();
  const queries = useQueryClient();
  const [term, setTerm] = useState('30');
  const [reason, setReason] = useState('');
  const block = useMutation({
    mutationFn: () => result(client.POST('/blocks', { body: { number, reason: reason.trim(), days: Number(term) || undefined } })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: blocksQuery.queryKey });
      onClose();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    block.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t('contacts.blockTitle', { number: display.number(number) })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <NativeSelect
            label={t('contacts.blockFor')}
            value={term}
            onChange={(event) => setTerm(event.currentTarget.value)}
            data={[...days.map((count) => ({ value: String(count), label: t('contacts.blockDays', { count }) })), { value: '0', label: t('contacts.blockForEver') }]}
          />
          <TextInput label={t('contacts.blockReason')} value={reason} maxLength={200} onChange={(event) => setReason(event.currentTarget.value)} error={block.error ? problemText(block.error) : undefined} data-autofocus />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" color="red" loading={block.isPending}>
              {t('contacts.blockDo')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
