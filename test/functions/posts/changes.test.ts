import { describe, expect, test } from 'vitest';
import { eventsFor } from '#functions/posts/changes.ts';
import { edit, newPublication, type Post } from '#functions/posts/domain/post.ts';
import { busEntry } from '#shared/events/publish.ts';
import {
  accountId,
  aMedia,
  aPost,
  aScheduledPost,
  author,
  byOwner,
  campaignId,
  noon,
  otherAccountId,
  out,
  workspaceId,
} from './samples.ts';

const item = (post: Post) => ({ ...post, pk: post.workspaceId, sk: `POST#${post.id}`, type: 'post' });

/** Types and data of the events that a write publishes, checked against their definitions. */
const told = (before: Post | undefined, after: Post) => {
  const events = eventsFor({ before: before && item(before), after: item(after) });
  events.forEach((event, index) => busEntry(event, 'record-1', index));
  return events.map(({ definition, detail }) => [definition.type, detail.data]);
};

const why = { code: 'duplicate', reason: 'X has this post already.' };
const of = { accountId, campaignId };
/** X has billed nothing yet. */
const unbilled = { ...of, costMicros: 0 };
const scheduled = aScheduledPost({ campaignId });
const publishing: Post = { ...scheduled, status: 'publishing', claimedBy: 'execution-1' };

describe('a write of a post publishes', () => {
  test('post.created for a new post', () => {
    expect(told(undefined, aPost())).toEqual([['post.created', { accountId }]]);
  });

  test('post.created and post.scheduled for a new post with a time', () => {
    expect(told(undefined, scheduled).map(([type]) => type)).toEqual(['post.created', 'post.scheduled']);
  });

  test('post.updated when its content changes', () => {
    const changed = edit(aPost(), { accountId: otherAccountId }, byOwner);
    expect(told(aPost(), changed)).toEqual([['post.updated', { accountId: otherAccountId }]]);
  });

  test.each([
    ['first', aPost({ campaignId }), scheduled],
    ['once more', { ...scheduled, scheduleVersion: 0 }, scheduled],
    ['by X’s pause', { ...publishing, scheduleVersion: 0 }, { ...scheduled, status: 'publishing' as const }],
  ])('post.scheduled when it is scheduled: %s', (_, before, after) => {
    expect(told(before, after)).toEqual([
      ['post.scheduled', { ...of, publishAt: noon.toISOString(), scheduleVersion: 1 }],
    ]);
  });

  test('post.published with its X post ids in order', () => {
    const parts = [out('1'), out('2')];
    const publication = { ...newPublication(noon.toISOString()), parts, publishedAt: noon.toISOString() };
    expect(told(publishing, { ...publishing, status: 'published', nextAttemptAt: null, publication })).toEqual([
      [
        'post.published',
        {
          ...{ ...of, costMicros: 30_000, xPostIds: ['1', '2'], dueAt: noon.toISOString() },
          ...{ publishedAt: noon.toISOString(), format: null },
        },
      ],
    ]);
  });

  test.each([
    ['failed', 'post.failed', { ...unbilled, ...why }],
    ['held', 'post.held', { ...unbilled, ...why }],
    ['cancelled', 'post.cancelled', unbilled],
    ['deleted', 'post.deleted', unbilled],
  ] as const)('an event when it becomes %s', (status, type, data) => {
    expect(told(publishing, { ...publishing, status, nextAttemptAt: null, problem: why })).toEqual([[type, data]]);
  });

  test('nothing for a claim', () => {
    expect(told(scheduled, publishing)).toEqual([]);
  });

  test('nothing when only the order of its fields differs', () => {
    const before = { ...item(aPost()), parts: [{ mediaIds: [], text: 'Hello' }] };
    expect(eventsFor({ before, after: item(aPost()) })).toEqual([]);
  });

  test('events with the version, actor, correlation id and time of the change', () => {
    const post = aPost({ version: 7, updatedAt: '2026-11-22T12:34:56.000Z' });
    expect(eventsFor({ before: undefined, after: item(post) })[0]?.detail).toMatchObject({
      schemaVersion: 1,
      workspaceId,
      entityId: post.id,
      entityVersion: 7,
      occurredAt: '2026-11-22T12:34:56.000Z',
      actor: author.actor,
      correlationId: author.correlationId,
    });
  });
});

describe('other writes of the table publish', () => {
  test('media.deleted once when a media file is deleted', () => {
    const file = { ...aMedia({ version: 3 }), type: 'media' };
    const gone = { ...file, deletedAt: noon.toISOString() };
    const [event] = eventsFor({ before: file, after: gone });
    expect(event).toMatchObject({ definition: { type: 'media.deleted' }, detail: { data: { bytes: 100 } } });
    expect(eventsFor({ before: gone, after: { ...gone, version: 4 } })).toEqual([]);
  });

  test.each([
    ['of media', { ...aMedia(), type: 'media' }],
    ['of what is known of accounts', { type: 'account', accountId, isConnected: true }],
    ['of idempotency records', { pk: 'x', sk: 'y' }],
  ])('nothing for the creation %s', (_, after) => {
    expect(eventsFor({ before: undefined, after })).toEqual([]);
  });

  test('nothing for a post removed by its time to live', () => {
    expect(eventsFor({ before: item(aPost({ status: 'deleted' })), after: undefined })).toEqual([]);
  });
});

test('changing the alt text or AI label publishes media.changed, and changing other fields publishes nothing', () => {
  const before = aMedia({ altText: 'A bag' });
  const say = (after: ReturnType<typeof aMedia>) =>
    eventsFor({ before: { ...before, type: 'media' }, after: { ...after, type: 'media' } }).map(
      ({ definition, detail }) => [definition.type, detail.entityId, detail.data],
    );
  expect(say({ ...before, altText: 'A bag of coffee', madeWithAi: true })).toEqual([
    ['media.changed', before.id, { changed: ['altText', 'madeWithAi'] }],
  ]);
  expect(say({ ...before, status: 'ready', width: 4 })).toEqual([]);
});

test('an override publishes post.policy_overridden once, without the reason', () => {
  const override = {
    rule: 'unlisted_mention' as const,
    contentHash: 'abc',
    reason: 'They asked us to.',
    overriddenBy: author.actor.id,
    overriddenAt: noon.toISOString(),
  };
  const before = aPost();
  const after = aPost({ overrides: [override] });
  expect(told(before, after)).toEqual([
    [
      'post.policy_overridden',
      { accountId, rule: 'unlisted_mention', contentHash: 'abc', overriddenBy: author.actor.id },
    ],
  ]);
  expect(told(after, after)).toEqual([]);
});
