import { ActionIcon, Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { IconArrowDown, IconArrowUp, IconBuildingBroadcastTower, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { client, result } from '../../../shared/api/client';
import { Empty } from '../../../shared/ui/Empty';
import { tellProblem } from '../../../shared/ui/problems';
import { Gone } from '../Gone';
import { Loaded, Page } from '../Page';
import { trunksQuery, useFresh, type Trunk } from '../queries';
import { Row, Rows } from '../Rows';
import { TrunkForm } from './TrunkForm';
import { trunkTone } from './trunkTone';

export default function TrunksPage() {
  const { t } = useTranslation();
  const { id } = useParams();
  const query = useQuery(trunksQuery);
  return (
    <Loaded query={query} title={t('settings.pages.trunks')}>
      {({ items }) => {
        if (!id) return <Trunks trunks={[...items].sort((a, b) => a.position - b.position)} />;
        const trunk = items.find((each) => each.id === id);
        return id === 'new' || trunk ? <TrunkForm trunk={trunk} /> : <Gone to="/settings/trunks" label={t('settings.pages.trunks')} />;
      }}
    </Loaded>
  );
}

function Trunks({ trunks }: { trunks: readonly Trunk[] }) {
  const { t } = useTranslation();
  const fresh = useFresh();
  // The order of failover is the order of this list: each trunk's place is its number.
  const order = useMutation({
    mutationFn: async (ids: string[]) => {
      for (const [position, id] of ids.entries()) {
        if (trunks.find((trunk) => trunk.id === id)?.position === position) continue;
        await result(client.PATCH('/trunks/{id}', { params: { path: { id } }, body: { position } }));
      }
    },
    onSettled: fresh.all,
    onError: tellProblem,
  });
  const move = (from: number, to: number) => {
    const ids = trunks.map(({ id }) => id);
    const [moved] = ids.splice(from, 1);
    if (moved !== undefined) ids.splice(to, 0, moved);
    order.mutate(ids);
  };
  const add = (
    <Button component={Link} to="/settings/trunks/new" leftSection={<IconPlus size={16} />}>
      {t('settings.trunks.add')}
    </Button>
  );
  return (
    <Page title={t('settings.pages.trunks')} lead={t('settings.trunks.lead')} action={add}>
      {trunks.length === 0 ? (
        <Empty icon={IconBuildingBroadcastTower} title={t('settings.trunks.none')} text={t('settings.trunks.noneHint')} />
      ) : (
        <Rows label={t('settings.pages.trunks')}>
          {trunks.map((trunk, index) => (
            <Row
              key={trunk.id}
              to={`/settings/trunks/${trunk.id}`}
              tone={trunkTone(trunk.state)}
              name={trunk.name}
              facts={`${t(`settings.trunks.states.${trunk.state}`)} · ${trunk.remote || t('settings.trunks.inboundOnly')}`}
              action={
                trunks.length > 1 && (
                  <>
                    <ActionIcon aria-label={t('settings.trunks.up', { name: trunk.name })} disabled={index === 0 || order.isPending} onClick={() => move(index, index - 1)}>
                      <IconArrowUp size={16} />
                    </ActionIcon>
                    <ActionIcon aria-label={t('settings.trunks.down', { name: trunk.name })} disabled={index === trunks.length - 1 || order.isPending} onClick={() => move(index, index + 1)}>
                      <IconArrowDown size={16} />
                    </ActionIcon>
                  </>
                )
              }
            />
          ))}
        </Rows>
      )}
    </Page>
  );
}
