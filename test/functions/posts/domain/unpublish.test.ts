import { expect, test } from 'vitest';
import { newPublication } from '#functions/posts/domain/post.ts';
import { recordRepost, repostOf } from '#functions/posts/domain/repost.ts';
import {
  noteTakenDown,
  partsToUnpublish,
  recordUnpublished,
  requestUnpublish,
} from '#functions/posts/domain/unpublish.ts';
import { aPart, aPost, noon, out } from '../samples.ts';

const publishedAt = noon.toISOString();
const publication = { ...newPublication(publishedAt), parts: [out('1'), out('2')], publishedAt };
const published = aPost({ status: 'published', parts: [aPart(), aPart()], publication });
const partly = aPost({
  status: 'failed',
  parts: [aPart(), aPart(), aPart()],
  publication: { ...publication, publishedAt: null },
});

test('a published or partly published post can be unpublished, last part first, and the request repeated', () => {
  for (const post of [published, partly, requestUnpublish(published)]) {
    expect(requestUnpublish(post)).toMatchObject({ status: 'unpublishing', problem: null });
  }
  // So that nobody sees a thread without its beginning.
  expect(partsToUnpublish(published)).toEqual(['2', '1']);
});

test.each(['draft', 'scheduled', 'publishing', 'cancelled', 'missed', 'unpublished'] as const)(
  'a post that is %s cannot be unpublished',
  (status) => {
    expect(() => requestUnpublish(aPost({ status }))).toThrow(expect.objectContaining({ code: `post_${status}` }));
  },
);

test('a post whose outcome on X is unknown cannot be unpublished', () => {
  const unsettled = { ...published, publication: { ...publication, isUnsettled: true } };
  expect(() => requestUnpublish(unsettled)).toThrow(expect.objectContaining({ code: 'post_unsettled' }));
});

test('a post is unpublished once all parts are deleted, otherwise it returns to its status with the problem', () => {
  const done = { outcome: 'done' } as const;
  const suspended = { outcome: 'account_unwell', code: 'account_suspended', reason: 'X has suspended it.' } as const;
  expect(recordUnpublished(requestUnpublish(published), [done, done])).toMatchObject({ status: 'unpublished' });
  expect(recordUnpublished(requestUnpublish(published), [done, suspended])).toMatchObject({
    status: 'published',
    problem: { code: 'account_suspended', reason: 'The post could not be deleted on X. X has suspended it.' },
  });
  expect(recordUnpublished(requestUnpublish(partly), [{ outcome: 'fault' }])).toMatchObject({
    status: 'failed',
    problem: { code: 'fault' },
  });
});

test('a repost is of the first part of a published post, and ends as done or failed', () => {
  const repost = repostOf('rps_01KATJ9V5H8Q3M4N5P6R7S8T9V', published);
  expect(repost).toMatchObject({ xPostId: '1', status: 'requested' });
  expect(() => repostOf('rps_1', aPost())).toThrow(expect.objectContaining({ code: 'not_published' }));
  const made = {
    ...repost,
    version: 1,
    createdAt: publishedAt,
    updatedAt: publishedAt,
    changedBy: published.changedBy,
    correlationId: 'c',
  };
  expect(recordRepost(made, { outcome: 'done' })).toMatchObject({ status: 'done', problem: null });
  expect(recordRepost(made, { outcome: 'fault' })).toMatchObject({ status: 'failed', problem: { code: 'fault' } });
});

test('a post is marked taken down once when X reports a part deleted, unless the platform deletes it', () => {
  const at = '2026-11-23T09:00:00.000Z';
  const marked = noteTakenDown(published, '2', at);
  expect(marked).toEqual({ ...published, takenDownAt: at });
  expect(noteTakenDown(marked, '1', '2026-11-24T09:00:00.000Z')).toBe(marked);
  expect(noteTakenDown(partly, '1', at).takenDownAt).toBe(at);
  for (const post of [requestUnpublish(published), aPost({ ...published, status: 'unpublished' })]) {
    expect(noteTakenDown(post, '2', at)).toBe(post);
  }
  expect(noteTakenDown(published, '3', at)).toBe(published);
});
