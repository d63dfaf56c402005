import { ActionIcon, Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { IconArrowLeft, IconLock, IconUpload } from '@tabler/icons-react';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { asFile, client, result } from '../../shared/api/client';
import { ApiError } from '../../shared/api/problem';
import { administers, useMe } from '../../shared/session/me';
import { Empty } from '../../shared/ui/Empty';
import { useProblemText } from '../../shared/ui/problems';
import { ScreenTitle } from '../../shared/ui/ScreenTitle';
import classes from './ImportContacts.module.css';
import { ImportPreviewTable } from './ImportPreviewTable';
import { ImportProgress } from './ImportProgress';

const types = '.csv,.txt,.tsv,.vcf,text/csv,text/vcard';
const tooLarge = 413;

/** Reads a file of contacts in: chosen, looked at, imported, and what was left out (OUT-4). */
export default function ImportContacts() {
  const { t } = useTranslation();
  const admin = administers(useMe());
  const [started, setStarted] = useState<string>();
  const read = useMutation({
    mutationFn: (file: File) =>
      result(client.POST('/contact-imports', { params: { query: { name: file.name.slice(0, 200) } }, headers: asFile, body: '', bodySerializer: () => file })),
  });
  const again = () => {
    read.reset();
    setStarted(undefined);
  };
  return (
    <div className={classes.page} data-region>
      <ScreenTitle>{t('contacts.import.title')}</ScreenTitle>
      <header className={classes.head}>
        <ActionIcon component={Link} to="/contacts" aria-label={t('app.back')}>
          <IconArrowLeft size={20} />
        </ActionIcon>
        <h2 className={classes.title}>{t('contacts.import.title')}</h2>
      </header>
      {!admin ? (
        <Empty icon={IconLock} title={t('contacts.import.adminOnly')} />
      ) : started ? (
        <ImportProgress id={started} onOther={again} />
      ) : read.data ? (
        <ImportPreviewTable key={read.data.id} preview={read.data} name={read.variables?.name ?? ''} onStarted={setStarted} onOther={again} />
      ) : (
        <Drop busy={read.isPending} error={read.error} onFile={(file) => read.mutate(file)} />
      )}
    </div>
  );
}

function Drop({ busy, error, onFile }: { busy: boolean; error: unknown; onFile: (file: File) => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  const [over, setOver] = useState(false);
  const take = (file: File | null | undefined) => {
    if (file && !busy) onFile(file);
  };
  const onDrop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  };
  const failed = error instanceof ApiError && error.status === tooLarge ? t('contacts.errors.fileLarge') : error instanceof ApiError && error.field === 'file' ? t('contacts.errors.file') : problemText(error);
  return (
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <IconUpload size={32} stroke={1.4} />
      <p className={classes.dropTitle}>{busy ? t('contacts.import.reading') : t('contacts.import.drop')}</p>
      <p className={classes.hint}>{t('contacts.import.dropHint')}</p>
      <Button component="label" loading={busy}>
        {t('contacts.import.choose')}
        <input
          type="file"
          accept={types}
          className="visually-hidden"
          aria-label={t('contacts.import.choose')}
          onChange={(event) => {
            take(event.currentTarget.files?.[0]);
            event.currentTarget.value = '';
          }}
        />
      </Button>
      {error != null && (
        <p className={classes.error} role="alert">
          {failed}
        </p>
      )}
    </div>
  );
}
