import { Button } from '@mantine/core';
import { IconCloudOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Empty } from './Empty';
import { useProblemText } from './problems';

/** Shown in place of what could not be loaded. */
export function Failure({ error, retry }: { error: unknown; retry: () => void }) {
  const { t } = useTranslation();
  const problemText = useProblemText();
  return (
    <Empty icon={IconCloudOff} title={t('app.failed')} text={problemText(error)}>
      <Button variant="default" onClick={retry}>
        {t('app.retry')}
      </Button>
    </Empty>
  );
}
