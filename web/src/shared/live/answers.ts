import { notifyManager, type Mutation, type MutationCacheNotifyEvent, type Query, type QueryCacheNotifyEvent, type QueryClient } from '@tanstack/react-query';
import type { Change } from './change';

/** Something that is being asked of the server: what is fetched, or a change that this browser makes. */
type Asked = Query | Mutation;

/**
 * Keeps what is fetched from falling back. An answer may be older than a change that the live channel told while it was
 * under way, and would stand in its place for good. So such changes are written once more after it; and what was found to
 * be out of date before it was there at all is asked for again.
 */
export class Answers {
  /** What was told since the first of those under way was asked, oldest first. */
  private told: Change[] = [];
  /** For each that is under way, how much had been told when it was asked. */
  private readonly askedAt = new Map<Asked, number>();
  /** What is out of date as soon as its first answer comes. */
  private readonly behind = new Set<Query>();

  constructor(
    private readonly queries: QueryClient,
    private readonly write: (change: Change) => void,
  ) {}

  readonly tell = (changes: readonly Change[]): void => {
    if (this.askedAt.size > 0) this.told.push(...changes);
    this.writeAll(changes);
  };

  /** Begins to look at what is asked; gives what ends it. */
  watch(): () => void {
    const queries = this.queries.getQueryCache();
    for (const query of queries.findAll({ fetchStatus: 'fetching' })) this.asked(query);
    const ends = [queries.subscribe(this.onQuery), this.queries.getMutationCache().subscribe(this.onMutation)];
    return () => {
      for (const end of ends) end();
      this.askedAt.clear();
      this.behind.clear();
      this.told = [];
    };
  }

  private readonly onQuery = (event: QueryCacheNotifyEvent): void => {
    const query = event.query as Query;
    if (event.type === 'removed') {
      this.behind.delete(query);
      this.over(query);
    }
    if (event.type !== 'updated') return;
    const underWay = query.state.fetchStatus === 'fetching';
    // Unlike all later ones the first request for something is not made anew when that is found to be out of date.
    if (underWay && event.action.type === 'invalidate' && query.state.data === undefined) this.behind.add(query);
    if (underWay) this.asked(query);
    else this.answered(query, event.action.type === 'success');
    if (query.state.data !== undefined && this.behind.delete(query)) void this.queries.invalidateQueries({ queryKey: query.queryKey, exact: true });
  };

  private readonly onMutation = ({ type, mutation }: MutationCacheNotifyEvent): void => {
    if (!mutation) return;
    if (type === 'removed') this.over(mutation);
    else if (mutation.state.status === 'pending') this.asked(mutation);
    else this.answered(mutation, mutation.state.status === 'success');
  };

  private asked(what: Asked): void {
    if (!this.askedAt.has(what)) this.askedAt.set(what, this.told.length);
  }

  private answered(what: Asked, taken: boolean): void {
    const since = this.askedAt.get(what);
    if (since === undefined) return;
    const missed = taken ? this.told.slice(since) : [];
    this.over(what);
    this.writeAll(missed);
  }

  private over(what: Asked): void {
    this.askedAt.delete(what);
    if (this.askedAt.size === 0) this.told = [];
  }

  private writeAll(changes: readonly Change[]): void {
    notifyManager.batch(() => changes.forEach((change) => this.write(change)));
  }
}
