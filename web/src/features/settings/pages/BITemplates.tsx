import { Button, Group } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { apiBase } from '../../../shared/api/client';
import { Line } from '../OneTime';
import { Section } from '../Page';

const programs = ['tableau', 'excel', 'powerbi'] as const;

/** The address of the OData service, and files that open it in other programs (STAT-5). */
export function BITemplates() {
  const { t } = useTranslation();
  return (
    <Section title={t('settings.keys.bi.title')} text={t('settings.keys.bi.text')}>
      <Line label={t('settings.keys.bi.address')} value={`${window.location.origin}/odata/v4/`} />
      <Group gap={8} mt={12}>
        {programs.map((program) => (
          <Button key={program} component="a" variant="default" leftSection={<IconDownload size={16} />} href={`${apiBase}/stats/bi/${program}`} download>
            {t(`settings.keys.bi.${program}`)}
          </Button>
        ))}
      </Group>
    </Section>
  );
}
