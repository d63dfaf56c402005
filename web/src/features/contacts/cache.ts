import { mapPages, type Pages } from '../../shared/api/pages';
import { soon } from '../../shared/api/soon';
import type { Contact } from '../../shared/api/types';
import type { CacheWriter } from '../../shared/live/change';
import { keys } from './queries';

/** Brings a changed contact into the contacts that are there. */
export const contactsCache: CacheWriter = (queries) => {
  // Which contacts a search finds, and in which order, only the server knows.
  const refetchListsSoon = soon(() => {
    void queries.invalidateQueries({ queryKey: keys.contacts });
    void queries.invalidateQueries({ queryKey: keys.initials });
  });
  return (change) => {
    if (change.topic !== 'contact') return;
    const contact = change.data;
    queries.setQueryData([...keys.contact, contact.id], contact);
    queries.setQueriesData<Pages<Contact>>({ queryKey: keys.contacts }, (pages) =>
      pages && mapPages(pages, (item) => (item.id === contact.id ? contact : item)),
    );
    refetchListsSoon();
  };
};
