import { Drawer, Skeleton } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { IconMessages } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { conversationQuery, conversationsQuery, type ListName } from '../api/queries';
import { ContactPanel } from '../contacts/ContactPanel';
import { Empty } from '../ui/Empty';
import { Failure } from '../ui/Failure';
import { useNarrow } from '../ui/useNarrow';
import { ConversationHeader } from './ConversationHeader';
import classes from './ConversationPane.module.css';
import { FirstRun } from './FirstRun';
import { NoteComposer } from './NoteComposer';
import { Timeline } from './Timeline';

// From here on the contact stands beside the conversation; below, it comes as a drawer.
const wide = '(min-width: 1280px)';

export function ConversationPane({ id, list }: { id: string; list: ListName }) {
  const { t } = useTranslation();
  const { data: conversation, error, refetch } = useQuery(conversationQuery(id));
  const beside = useMediaQuery(wide, undefined, { getInitialValueInEffect: false });
  const [drawer, { open, close }] = useDisclosure(false);

  if (!conversation)
    return (
      <section className={classes.pane} aria-label={t('conversation.region')}>
        {error ? <Failure error={error} retry={() => void refetch()} /> : <Loading />}
      </section>
    );
  const contact = <ContactPanel contact={conversation.contact} conversationId={conversation.id} />;
  return (
    <div className={classes.panes}>
      <section className={classes.pane} aria-label={t('conversation.region')} data-testid="conversation" data-id={id} data-state={conversation.state}>
        <ConversationHeader conversation={conversation} backTo={`/inbox/${list}`} onShowContact={beside ? undefined : open} />
        <Timeline conversation={conversation} />
        <NoteComposer conversationId={id} />
      </section>
      {beside ? (
        <aside className={classes.contact} aria-label={t('conversation.showContact')}>
          {contact}
        </aside>
      ) : (
        <Drawer opened={drawer} onClose={close} position="right" size={340} title={t('conversation.showContact')} closeButtonProps={{ 'aria-label': t('app.close') }}>
          {contact}
        </Drawer>
      )}
    </div>
  );
}

export function NothingChosen() {
  const { t } = useTranslation();
  const { data } = useInfiniteQuery(conversationsQuery({ list: 'all' }));
  const narrow = useNarrow();
  const first = !narrow && data?.pages.every((page) => page.items.length === 0);
  return (
    <div className={classes.pane}>
      {first ? <FirstRun /> : <Empty icon={IconMessages} title={t('inbox.choose')} text={t('inbox.chooseHint')} />}
    </div>
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
