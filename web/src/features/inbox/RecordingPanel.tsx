import { Loader, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconAlertTriangle, IconPlayerRecordFilled } from '@tabler/icons-react';
import { Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallRecording, Note } from '../../shared/api/types';
import { part } from '../../shared/ui/part';
import type { Gap } from './journal';
import { recordingQuery } from './queries';
import classes from './RecordingPanel.module.css';

const RecordingPlayer = part(() => import('./RecordingPlayer'));

interface RecordingPanelProps {
  recording: CallRecording;
  gaps: readonly Gap[];
  notes: readonly Note[];
}

/** The recording of a call in whatever state it is (END-2). */
export function RecordingPanel({ recording, gaps, notes }: RecordingPanelProps) {
  const { t } = useTranslation();
  switch (recording.state) {
    case 'recording':
      return <Line state="recording" icon={<IconPlayerRecordFilled size={14} className={classes.recording} />} text={t('recording.recording')} />;
    case 'processing':
      return <Line state="processing" icon={<Loader size={14} />} text={t('recording.processing')} />;
    case 'failed':
      return <Line state="failed" icon={<IconAlertTriangle size={16} className={classes.failed} />} text={t('recording.failed')} />;
    case 'ready':
      return <Ready recording={recording} gaps={gaps} notes={notes} />;
  }
}

function Line({ state, icon, text }: { state: CallRecording['state']; icon: ReactNode; text: string }) {
  return (
    <p className={classes.line} data-recording={state}>
      {icon} {text}
    </p>
  );
}

function Ready({ recording: { id, url }, gaps, notes }: RecordingPanelProps) {
  const { t } = useTranslation();
  const { data, isPending } = useQuery(recordingQuery(id));
  const waiting = <Skeleton height={72} radius={10} />;
  if (isPending) return waiting;
  const source = data?.url ?? url;
  if (!data || !source) return <Line state="failed" icon={<IconAlertTriangle size={16} className={classes.failed} />} text={t('recording.unplayable')} />;
  return (
    <Suspense fallback={waiting}>
      <RecordingPlayer recording={data} url={source} gaps={gaps} notes={notes} />
    </Suspense>
  );
}
