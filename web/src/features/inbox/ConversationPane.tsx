import { Button, Skeleton } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { IconGhost2 } from '@tabler/icons-react';
import { Suspense, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ApiError } from '../../shared/api/problem';
import type { Contact } from '../../shared/api/types';
import { Empty } from '../../shared/ui/Empty';
import { Failure } from '../../shared/ui/Failure';
import { part } from '../../shared/ui/part';
import { ContactConversations } from './ContactConversations';
import { ConversationHeader } from './ConversationHeader';
import classes from './ConversationPane.module.css';
import { useRead } from './useRead';
import { NoteComposer } from './NoteComposer';
import type { ListName } from './listNames';
import { conversationQuery } from './queries';
import { Timeline } from './Timeline';
import { useFilters } from './useFilters';

const ContactDrawer = part(() => import('./ContactDrawer'));

// From here on the contact stands beside the conversation; below, it comes as a drawer.
const wide = '(min-width: 1280px)';

interface ConversationPaneProps {
  id: string;
  list: ListName;
  /** How a contact is shown. */
  contactCard: (contact: Contact) => ReactNode;
}

export function ConversationPane({ id, list, contactCard }: ConversationPaneProps) {
  const { t } = useTranslation();
  const { data: conversation, error, refetch } = useQuery(conversationQuery(id));
  useRead(conversation);
  const beside = useMediaQuery(wide, undefined, { getInitialValueInEffect: false });
  const { search } = useFilters();
  const [drawer, { open, close }] = useDisclosure(false);

  if (!conversation)
    return (
      <section className={classes.pane} aria-label={t('conversation.region')}>
        {error ? <Missing error={error} retry={() => void refetch()} list={list} /> : <Loading />}
      </section>
    );
  const contact = (
    <>
      {contactCard(conversation.contact)}
      <ContactConversations contactId={conversation.contact.id} current={conversation.id} />
    </>
  );
  return (
    <div className={classes.panes}>
      <section className={classes.pane} aria-label={t('conversation.region')} data-region data-testid="conversation" data-id={id} data-state={conversation.state}>
        <ConversationHeader conversation={conversation} backTo={`/inbox/${list}${search}`} onShowContact={beside ? undefined : open} />
        <Timeline conversation={conversation} />
        <NoteComposer conversationId={id} />
      </section>
      {beside ? (
        <aside className={classes.contact} aria-label={t('conversation.showContact')} data-region>
          {contact}
        </aside>
      ) : (
        <Suspense>
          <ContactDrawer opened={drawer} close={close}>
            {contact}
          </ContactDrawer>
        </Suspense>
      )}
    </div>
  );
}

/** What is gone says so, and leads back; what only failed can be tried again. */
function Missing({ error, retry, list }: { error: Error; retry: () => void; list: ListName }) {
  const { t } = useTranslation();
  if (!(error instanceof ApiError && error.code === 'not_found')) return <Failure error={error} retry={retry} />;
  return (
    <Empty icon={IconGhost2} title={t('conversation.gone')} text={t('conversation.goneHint')}>
      <Button variant="default" component={Link} to={`/inbox/${list}`}>
        {t('inbox.toInbox')}
      </Button>
    </Empty>
  );
}

function Loading() {
  return (
    <div className={classes.loading} aria-hidden="true">
      <Skeleton height={18} width={200} />
      <Skeleton height={132} radius={12} mt={32} />
      <Skeleton height={72} radius={12} />
    </div>
  );
}
