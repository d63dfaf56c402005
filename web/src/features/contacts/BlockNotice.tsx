import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { IconBan } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { client, result } from '../../shared/api/client';
import type { Contact } from '../../shared/api/types';
import { longDate } from '../../shared/format/time';
import { useDisplay } from '../../shared/format/useDisplay';
import { administers, useMe } from '../../shared/session/me';
import { tellProblem } from '../../shared/ui/problems';
import classes from './ContactCard.module.css';
import { blocksQuery } from './queries';

/** Says which of a contact's numbers are turned away (CALL-7). */
export function BlockNotice({ contact }: { contact: Contact }) {
  const { t, i18n } = useTranslation();
  const display = useDisplay();
  const admin = administers(useMe());
  const { data } = useQuery(blocksQuery);
  const queries = useQueryClient();
  const unblock = useMutation({
    mutationFn: (id: string) => result(client.DELETE('/blocks/{id}', { params: { path: { id } } })),
    onError: tellProblem,
    onSettled: () => queries.invalidateQueries({ queryKey: blocksQuery.queryKey }),
  });
  const of = [...contact.numbers, contact.callerAddress];
  return data?.items
    .filter((block) => of.includes(block.number))
    .map((block) => (
      <p key={block.id} className={classes.blocked}>
        <IconBan size={16} stroke={1.7} />
        <span>
          {block.until
            ? t('contacts.blockedUntil', { number: display.number(block.number), date: longDate(block.until, i18n.language) })
            : t('contacts.blocked', { number: display.number(block.number) })}
          {block.reason && <q className={classes.reason}>{block.reason}</q>}
        </span>
        {admin && (
          <Button variant="subtle" size="compact-sm" loading={unblock.isPending} onClick={() => unblock.mutate(block.id)}>
            {t('contacts.unblock')}
          </Button>
        )}
      </p>
    ));
}
