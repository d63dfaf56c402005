import { describe, expect, it } from 'vitest';
import { clausesOf, nextClause, subjects, subjectsOf, written, type Clause, type Subject } from './condition';
import type { Trigger } from './sentence';

describe('conditions as sentences [INBOX-6]', () => {
  it('reads what it has written, whatever the texts hold', () => {
    for (const text of ['VIP', '영업외', 'a "b" \\ c', '&& ||', '${x} %{y} $${z}', '']) {
      for (const subject of Object.keys(subjects) as Subject[]) {
        const { shape } = subjects[subject];
        for (const not of [false, true]) {
          const clause: Clause = { subject, not, value: shape === 'flag' ? '' : shape === 'number' ? '60' : text };
          expect(clausesOf(written([clause, clause]))).toEqual([clause, clause]);
        }
      }
    }
  });

  it.each([
    ['call.missed_reason == "notInOperation"', [{ subject: 'reason', not: false, value: 'notInOperation' }]],
    ['!open()&&tagged("VIP")', [{ subject: 'hours', not: true, value: '' }, { subject: 'tag', not: false, value: 'VIP' }]],
    ['call.wait < 90', [{ subject: 'wait', not: true, value: '90' }]],
    ['  ', []],
  ])('reads %s', (text, clauses) => expect(clausesOf(text)).toEqual(clauses));

  it.each(['open() || tagged("VIP")', 'open("office")', 'contact.fields.grade == "Gold"', 'tagged("${contact.name}")', 'call.wait > 90', '(open())', 'open() &&', 'call.wait >= 1.5'])(
    'leaves %s to the text',
    (text) => expect(clausesOf(text)).toBeUndefined(),
  );

  it('begins a new part with what the trigger is about, and goes on with what is not there yet', () => {
    const added = (on: Trigger, n: number) => Array.from({ length: n }).reduce<Clause[]>((clauses) => [...clauses, nextClause(on, clauses)], []);
    expect(added('call.missed', 4).map(({ subject }) => subject)).toEqual(['reason', 'hours', 'team', 'tag']);
    expect(added('call.arriving', 2).map(({ subject }) => subject)).toEqual(['tag', 'hours']);
    expect(added('conversation.noted', 1).map(({ subject }) => subject)).toEqual(['hours']);
    const all = subjectsOf('call.ended').length;
    expect(new Set(added('call.ended', all).map(({ subject }) => subject)).size).toBe(all);
    expect(added('call.ended', all + 1)).toHaveLength(all + 1);
  });

  it('offers what a trigger knows of', () => {
    expect(subjectsOf('call.arriving')).not.toContain('reason');
    expect(subjectsOf('call.arriving')).not.toContain('wait');
    expect(subjectsOf('call.missed')).toContain('reason');
    expect(subjectsOf('conversation.tagged')).toContain('newTag');
  });
});
