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

/** What a write tells: type and data. Every event also fits its definition. */
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

describe('a write of a post tells', () => {
  test('that it was made', () => {
    expect(told(undefined, aPost())).toEqual([['post.created', { accountId }]]);
  });

  test('that it was made and scheduled, when both were one write', () => {
    expect(told(undefined, scheduled).map(([type]) => type)).toEqual(['post.created', 'post.scheduled']);
  });

  test('that its content changed', () => {
    const changed = edit(aPost(), { accountId: otherAccountId }, byOwner);
    expect(told(aPost(), changed)).toEqual([['post.updated', { accountId: otherAccountId }]]);
  });

  test.each([
    ['first', aPost({ campaignId }), scheduled],
    ['once more', { ...scheduled, scheduleVersion: 0 }, scheduled],
    ['by X’s pause', { ...publishing, scheduleVersion: 0 }, { ...scheduled, status: 'publishing' as const }],
  ])('that it was scheduled: %s', (_, before, after) => {
    expect(told(before, after)).toEqual([
      ['post.scheduled', { ...of, publishAt: noon.toISOString(), scheduleVersion: 1 }],
    ]);
  });

  test('that it is out, with its ids in order', () => {
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
  ] as const)('that it is %s', (status, type, data) => {
    expect(told(publishing, { ...publishing, status, nextAttemptAt: null, problem: why })).toEqual([[type, data]]);
  });

  test('nothing of a claim', () => {
    expect(told(scheduled, publishing)).toEqual([]);
  });

  test('nothing when the table gives the same content in another order of its fields', () => {
    const before = { ...item(aPost()), parts: [{ mediaIds: [], text: 'Hello' }] };
    expect(eventsFor({ before, after: item(aPost()) })).toEqual([]);
  });

  test('whose version it is, who did it, and when', () => {
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

describe('nothing is told', () => {
  test('of a media file tells its end, once', () => {
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
  ])('%s', (_, after) => {
    expect(eventsFor({ before: undefined, after })).toEqual([]);
  });

  test('of a post that its time to live took away', () => {
    expect(eventsFor({ before: item(aPost({ status: 'deleted' })), after: undefined })).toEqual([]);
  });
});

test('that what is said about a file was changed, and what of it', () => {
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

test('a warning that somebody let pass is told once, without the reason', () => {
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
