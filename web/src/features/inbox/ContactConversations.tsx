import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { EndlessList } from '../../shared/ui/EndlessList';
import classes from './ContactConversations.module.css';
import { ConversationRow } from './ConversationRow';
import { conversationsQuery } from './queries';

/** All conversations of a contact (IN-8). */
export function ContactConversations({ contactId, current }: { contactId: string; current?: string }) {
  const { t } = useTranslation();
  const query = useInfiniteQuery(conversationsQuery({ list: 'all', contactId }));
  return (
    <section className={classes.section} aria-label={t('inbox.ofContact')}>
      <h3 className={classes.title}>{t('inbox.ofContact')}</h3>
      <EndlessList
        query={query}
        skeletons={3}
        empty={<p className={classes.none}>{t('inbox.noneOfContact')}</p>}
        row={(conversation) => <ConversationRow conversation={conversation} to={`/inbox/all/${conversation.id}`} selected={conversation.id === current} ofContact />}
        bare
      />
    </section>
  );
}
