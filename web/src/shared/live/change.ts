import type { QueryClient } from '@tanstack/react-query';
import type { LiveEvent } from '../api/types';

type ChangeOf<E> = E extends LiveEvent ? Pick<E, 'topic' | 'data'> : never;

/** What has changed, without its place among a connection's messages. */
export type Change = ChangeOf<LiveEvent>;

/** Opens a feature's writer, which brings each change into what that feature has fetched, so that no screen needs a reload (INBOX-1). */
export type CacheWriter = (queries: QueryClient) => (change: Change) => void;
