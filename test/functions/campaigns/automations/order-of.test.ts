import { describe, expect, test } from 'vitest';
import { orderOf, Unfillable } from '#functions/campaigns/automations/order-of.ts';
import { noon } from '../harness.ts';
import { accountId, notify, postId, templateId } from './desk.ts';

const known = {
  event: { entityId: postId, data: { accountId, title: 'Ünï 🎉', count: 3, none: null, list: ['a', 1] } },
  made: { draft: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9W' },
};
const order = (action: Parameters<typeof orderOf>[0]) => orderOf(action, known, 'Mine', noon);
const draft = { kind: 'draft_post' as const, accountId: '{{data.accountId}}', templateId };

describe('the values of a step', () => {
  test.each([
    ['{{data.title}}', 'Ünï 🎉'],
    ['{{ data.title }} and {{entityId}}', `Ünï 🎉 and ${postId}`],
    ['{{data.count}}', '3'],
    ['{{data.list}}', '["a",1]'],
    ['[{{data.none}}]', '[]'],
    ['[{{data.nothing}}{{data.title.deeper}}]', '[]'],
    ['{{made.draft}}', 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9W'],
    ['{{constructor}}{{data.__proto__}}', '{{data.__proto__}}'],
    ['{title} {{ }} {{data.}}', '{title} {{ }} {{data.}}'],
  ])('are rendered from %s', (text, said) => {
    expect(order({ ...draft, values: { note: text } })).toMatchObject({
      at: 'posts',
      step: { accountId, values: { note: said } },
    });
  });

  test('are truncated to the length of a mail subject without splitting a character', () => {
    const long = { ...known, event: { ...known.event, data: { title: `${'a'.repeat(119)}🎉` } } };
    const { step } = orderOf({ ...notify, people: [], subject: '{{data.title}}', text: 'x' }, long, 'Mine', noon);
    expect(step).toMatchObject({ subject: 'a'.repeat(119), automationName: 'Mine' });
  });

  test('are rejected when together larger than 100,000 bytes', () => {
    const large = { ...known, event: { ...known.event, data: { accountId, title: '長'.repeat(4_000) } } };
    const values = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, name) => [`v${name}`, '{{data.title}}']));
    expect(orderOf({ ...draft, values: values(8) }, large, 'Mine', noon)).toMatchObject({ at: 'posts' });
    expect(() => orderOf({ ...draft, values: values(9) }, large, 'Mine', noon)).toThrow('larger than 100000 bytes');
  });

  test('include the publish time of a scheduled post', () => {
    const action = { ...draft, kind: 'schedule_post' as const, values: {}, inMinutes: 90 };
    expect(order(action).step).toMatchObject({ publishAt: '2026-11-22T13:30:00.000Z' });
  });

  test.each([
    ['is missing', { kind: 'repost_post' as const, postId: '{{data.nothing}}' }, 'postId'],
    ['is of another kind', { kind: 'repost_post' as const, postId: '{{data.accountId}}' }, 'postId'],
    ['was not made', { kind: 'submit_post' as const, postId: '{{made.other}}', comment: null }, 'postId'],
    ['is no text', { kind: 'pause_campaign' as const, campaignId: '{{data.count}}' }, 'campaignId'],
    ['leaves a mail without a subject', { ...notify, people: [], subject: '{{data.none}}' }, 'subject'],
  ])('are rejected as Unfillable, naming the value that %s', (_, action, named) => {
    expect(() => order(action)).toThrow(Unfillable);
    expect(() => order(action)).toThrow(`no valid value for \`${named}\``);
  });
});
