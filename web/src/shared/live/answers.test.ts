import { MutationObserver, QueryClient, QueryObserver } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Contact } from '../api/types';
import { contact } from '../../testing/samples';
import { Answers } from './answers';
import type { Change } from './change';

const key = ['contact', 'contact-1'];
const named = (name: string): Contact => contact({ id: 'contact-1', name });
const change = (name: string): Change => ({ topic: 'contact', data: named(name) });

/** A server that answers when the test says so; each request is one entry, the oldest first. */
let requests: { answer: (name: string) => Promise<void>; fail: () => Promise<void> }[];
let queries: QueryClient;
let answers: Answers;
let end: () => void;

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));
const ask = () =>
  new Promise<Contact>((resolve, reject) => {
    requests.push({
      answer: (name) => {
        resolve(named(name));
        return settled();
      },
      fail: () => {
        reject(new Error('down'));
        return settled();
      },
    });
  });
const shown = () => queries.getQueryData<Contact>(key)?.name;
const request = (index: number) => {
  const found = requests[index];
  if (!found) throw new Error(`there are ${requests.length} requests`);
  return found;
};

/** Somebody looks at the contact. */
function look(): void {
  const observer = new QueryObserver(queries, { queryKey: key, queryFn: ask, retry: false });
  const leave = observer.subscribe(() => undefined);
  const before = end;
  end = () => (leave(), before());
}

beforeEach(() => {
  requests = [];
  queries = new QueryClient();
  answers = new Answers(queries, ({ topic, data }) => {
    if (topic === 'contact') queries.setQueryData<Contact>(key, (known) => known && data);
  });
  end = answers.watch();
});
afterEach(() => end());

describe('an answer that is older than what was told while it was under way (INBOX-1)', () => {
  it('does not hide the change: the first one', async () => {
    look();
    answers.tell([change('told')]);
    await request(0).answer('old');
    expect(shown()).toBe('told');
  });

  it('does not hide the change: one that was asked for before anybody watched', async () => {
    end();
    look();
    end = answers.watch();
    answers.tell([change('told')]);
    await request(0).answer('old');
    expect(shown()).toBe('told');
  });

  it('does not hide the change: one that is asked for again', async () => {
    look();
    await request(0).answer('old');
    void queries.refetchQueries({ queryKey: key });
    answers.tell([change('told'), change('told last')]);
    expect(shown()).toBe('told last');
    await request(1).answer('old');
    expect(shown()).toBe('told last');
  });

  it('does not hide the change: the answer to a change of this browser', async () => {
    look();
    await request(0).answer('old');
    const mutation = new MutationObserver(queries, { mutationFn: ask, onSuccess: (data) => queries.setQueryData(key, data) });
    void mutation.mutate();
    await settled();
    answers.tell([change('told')]);
    await request(1).answer('old');
    expect(shown()).toBe('told');
  });

  it('stands where nothing was told since it was asked for', async () => {
    look();
    await request(0).answer('old');
    answers.tell([change('told')]);
    void queries.refetchQueries({ queryKey: key });
    await request(1).answer('new');
    expect(shown()).toBe('new');
  });

  it('that does not come changes nothing, and the next one stands', async () => {
    look();
    await request(0).answer('old');
    void queries.refetchQueries({ queryKey: key });
    answers.tell([change('told')]);
    await request(1).fail();
    expect(shown()).toBe('told');
    void queries.refetchQueries({ queryKey: key });
    await request(2).answer('new');
    expect(shown()).toBe('new');
  });
});

describe('what is found to be out of date before it is there (INBOX-1)', () => {
  it('is asked for again when it has come, once', async () => {
    look();
    void queries.invalidateQueries({ queryKey: key });
    void queries.invalidateQueries({ queryKey: key });
    await request(0).answer('old');
    await request(1).answer('new');
    expect(shown()).toBe('new');
    expect(requests).toHaveLength(2);
  });
});
