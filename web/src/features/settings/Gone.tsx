import { Button } from '@mantine/core';
import { IconGhost2 } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty } from '../../shared/ui/Empty';

/** In place of what is not there (any more), with the way to the list that it was in. */
export function Gone({ to, label }: { to: string; label: string }) {
  const { t } = useTranslation();
  return (
    <Empty icon={IconGhost2} title={t('settings.gone')}>
      <Button component={Link} to={to} variant="default">
        {t('settings.backTo', { label })}
      </Button>
    </Empty>
  );
}
