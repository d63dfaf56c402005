import { Button, NativeSelect } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../shared/api/client';
import { ApiError } from '../../shared/api/problem';
import type { ImportPreview } from '../../shared/api/types';
import { useProblemText } from '../../shared/ui/problems';
import classes from './ImportContacts.module.css';

interface ImportPreviewTableProps {
  preview: ImportPreview;
  name: string;
  onStarted: (id: string) => void;
  onOther: () => void;
}

/** How a file would be read: what each column is, and its first rows. */
export function ImportPreviewTable({ preview, name, onStarted, onOther }: ImportPreviewTableProps) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [columns, setColumns] = useState(() => preview.columns.map((column) => column.is));
  const meanings = [
    { value: '', label: t('contacts.import.leaveOut') },
    { value: 'name', label: t('contacts.name') },
    { value: 'family', label: t('contacts.import.family') },
    { value: 'given', label: t('contacts.import.given') },
    { value: 'number', label: t('contacts.number') },
    { value: 'email', label: t('contacts.email') },
    ...preview.fields.map((field) => ({ value: `field:${field.key}`, label: field.label })),
  ];
  const start = useMutation({
    mutationFn: () => result(client.POST('/contact-imports/{id}/start', { params: { path: { id: preview.id } }, body: { columns } })),
    onSuccess: () => onStarted(preview.id),
  });
  return (
    <div className={classes.sheet}>
      <h3 className={classes.subtitle}>{t('contacts.import.preview', { count: preview.total, name })}</h3>
      <p className={classes.hint}>{t('contacts.import.previewHint')}</p>
      <div className={classes.table} tabIndex={0} role="region" aria-label={t('contacts.import.firstRows')}>
        <table>
          <thead>
            <tr>
              {preview.columns.map((column, at) => (
                <th key={at} scope="col" data-out={!columns[at] || undefined}>
                  <span className={classes.column}>{column.name || '–'}</span>
                  <NativeSelect
                    size="xs"
                    aria-label={t('contacts.import.column', { name: column.name || at + 1 })}
                    value={columns[at]}
                    data={meanings}
                    onChange={(event) => {
                      const { value } = event.currentTarget;
                      setColumns((all) => all.map((old, index) => (index === at ? value : old)));
                    }}
                  />
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {preview.rows.map((row, at) => (
              <tr key={at}>
                {row.map((cell, column) => (
                  <td key={column} data-out={!columns[column] || undefined}>
                    {cell}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {start.error && (
        <p className={classes.error} role="alert">
          {start.error instanceof ApiError && start.error.field === 'columns' ? t('contacts.errors.columns') : problemText(start.error)}
        </p>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={onOther}>
          {t('contacts.import.other')}
        </Button>
        <Button loading={start.isPending} onClick={() => start.mutate()}>
          {t('contacts.import.start')}
        </Button>
      </div>
    </div>
  );
}
