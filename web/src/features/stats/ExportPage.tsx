import { Button, Checkbox, Modal, Progress, Radio, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useProblemText } from '../../shared/ui/problems';
import classes from './ExportPage.module.css';
import { columnsQuery } from './queries';
import type { Period } from './period';
import { useDownload, type Download } from './useDownload';

const tables = ['xlsx', 'calls', 'agents'] as const;
type Table = (typeof tables)[number];

/** Raw data as a file (STAT-4): what, which columns, and why. */
export function ExportPage({ period }: { period: Period }) {
  const { t } = useTranslation();
  const [table, setTable] = useState<Table>('xlsx');
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [asks, setAsks] = useState(false);
  const download = useDownload();
  const columns = useQuery(columnsQuery).data?.[table === 'agents' ? 'agents' : 'calls'] ?? [];
  const chosen = columns.filter(({ key }) => !left.has(`${table} ${key}`)).map(({ key }) => key);
  const start = (reason: string) => {
    setAsks(false);
    const all = chosen.length === columns.length;
    void download.start({ ...period, reason, format: table === 'xlsx' ? 'xlsx' : 'csv', ...(table !== 'xlsx' && { table }), ...(!all && { columns: chosen.join(',') }) });
  };
  const choose = (key: string, on: boolean) =>
    setLeft((before) => {
      const next = new Set(before);
      if (on) next.delete(`${table} ${key}`);
      else next.add(`${table} ${key}`);
      return next;
    });
  return (
    <div className={classes.export}>
      <p className={classes.lead}>{t('stats.export.lead')}</p>
      <Radio.Group label={t('stats.export.what')} value={table} onChange={(value) => setTable(tables.find((each) => each === value) ?? 'xlsx')}>
        {tables.map((each) => (
          <Radio key={each} className={classes.option} value={each} label={t(`stats.export.tables.${each}`)} />
        ))}
      </Radio.Group>
      <Columns columns={columns} chosen={chosen} choose={choose} />
      <Button className={classes.start} leftSection={<IconDownload size={16} />} disabled={download.state.at === 'running' || (columns.length > 0 && chosen.length === 0)} onClick={() => setAsks(true)}>
        {t('stats.export.start')}
      </Button>
      <State download={download} />
      {asks && <Reason leave={() => setAsks(false)} start={start} />}
    </div>
  );
}

interface ColumnsProps {
  columns: readonly { key: string; en: string; ko: string }[];
  chosen: readonly string[];
  choose: (key: string, on: boolean) => void;
}

function Columns({ columns, chosen, choose }: ColumnsProps) {
  const { t, i18n } = useTranslation();
  if (columns.length === 0) return null;
  return (
    <details className={classes.columns}>
      <summary>{chosen.length === columns.length ? t('stats.export.allColumns') : t('stats.export.someColumns', { n: chosen.length, all: columns.length })}</summary>
      <div className={classes.boxes} role="group" aria-label={t('stats.export.columns')}>
        {columns.map(({ key, en, ko }) => (
          <Checkbox key={key} label={key} description={i18n.language === 'ko' ? ko : en} checked={chosen.includes(key)} onChange={(event) => choose(key, event.currentTarget.checked)} />
        ))}
      </div>
    </details>
  );
}

const units = ['B', 'kB', 'MB', 'GB'];

function size(bytes: number, locale: string): string {
  const power = Math.min(units.length - 1, bytes > 0 ? Math.floor(Math.log10(bytes) / 3) : 0);
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: power > 1 ? 1 : 0 }).format(bytes / 1000 ** power)} ${units[power]}`;
}

/** How far the download is, and how it has ended. */
function State({ download: { state, stop } }: { download: Download }) {
  const { t, i18n } = useTranslation();
  const problemText = useProblemText();
  switch (state.at) {
    case 'none':
      return null;
    case 'running':
      return (
        <div className={classes.state} role="status">
          <Progress value={100} animated aria-label={t('stats.export.running', { size: size(state.bytes, i18n.language) })} />
          <p className="tabular">
            {t('stats.export.running', { size: size(state.bytes, i18n.language) })}
            {state.rows !== undefined && ` · ${t('stats.export.rows', { rows: new Intl.NumberFormat(i18n.language).format(state.rows) })}`}
          </p>
          <Button size="compact-sm" variant="default" onClick={stop}>
            {t('stats.export.stop')}
          </Button>
        </div>
      );
    case 'stopped':
      return <p role="status">{t('stats.export.stopped')}</p>;
    case 'done':
      return <p role="status">{t('stats.export.done', { name: state.name, size: size(state.bytes, i18n.language) })}</p>;
    case 'failed':
      return (
        <p role="alert" className={classes.failed}>
          {state.error ? problemText(state.error) : t('stats.export.broken')}
        </p>
      );
  }
}

function Reason({ leave, start }: { leave: () => void; start: (reason: string) => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const said = reason.trim();
  return (
    <Modal opened onClose={leave} title={t('stats.export.reason')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (said) start(said);
        }}
      >
        <Textarea data-autofocus aria-label={t('stats.export.reason')} description={t('stats.export.reasonHint')} rows={3} maxLength={500} required value={reason} onChange={(event) => setReason(event.currentTarget.value)} />
        <div className={classes.buttons}>
          <Button variant="default" onClick={leave}>
            {t('app.cancel')}
          </Button>
          <Button type="submit" disabled={!said}>
            {t('stats.export.go')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
