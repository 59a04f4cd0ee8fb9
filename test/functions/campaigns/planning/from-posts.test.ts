import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expandPlan } from '#functions/campaigns/plan-expansion/expand-plan.ts';
import { planFromPosts } from '#functions/campaigns/planning/from-posts.ts';
import { account, context, post } from '../plan-expansion/sample.ts';

const accountOf = (postId: string): string => context.accountOfPost.get(postId) ?? '';
const said = { timeZone: 'Europe/Berlin', seed: 'seed', accountOf };
const at = (minutes: number): string => new Date(Date.UTC(2026, 11, 1, 8, minutes)).toISOString();

/** The posts as the plan publishes them: each with its account and time. */
const published = (posts: readonly { postId: string; publishAt: string }[]) =>
  expandPlan(planFromPosts(posts, said), context).slots.map(({ content, accountId, publishAt }) => ({
    postId: content.kind === 'post' ? content.postId : '',
    accountId,
    publishAt,
  }));

describe('the plan of a list of posts', () => {
  test('puts posts of one account at the same instant into separate tracks, in the given order', () => {
    const { tracks } = planFromPosts(
      [
        { postId: post(1), publishAt: at(0) },
        { postId: post(2), publishAt: at(0) },
        { postId: post(11), publishAt: at(0) },
        { postId: post(3), publishAt: at(5) },
      ],
      said,
    );
    expect(tracks.map(({ id, accountIds, content, times }) => ({ id, accountIds, content, times }))).toEqual([
      {
        ...{ id: 'posts-1', accountIds: [account(1)] },
        content: { kind: 'posts', postIds: [post(1), post(3)] },
        times: { kind: 'fixed', instants: [at(0), at(5)] },
      },
      {
        ...{ id: 'posts-2', accountIds: [account(1)] },
        content: { kind: 'posts', postIds: [post(2)] },
        times: { kind: 'fixed', instants: [at(0)] },
      },
      {
        ...{ id: 'posts-3', accountIds: [account(2)] },
        content: { kind: 'posts', postIds: [post(11)] },
        times: { kind: 'fixed', instants: [at(0)] },
      },
    ]);
  });

  test('treats two spellings of an instant as the same', () => {
    const posts = [
      { postId: post(1), publishAt: '2026-12-01T09:00:00+01:00' },
      { postId: post(2), publishAt: '2026-12-01T08:00:00.000Z' },
    ];
    expect(planFromPosts(posts, said).tracks).toHaveLength(2);
  });

  test('publishes each post on its account at exactly its time, in any input order', () => {
    const minutes = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 9 });
    fc.assert(
      fc.property(minutes, fc.infiniteStream(fc.nat()), (due, choices) => {
        const posts = due
          .map((minute, place) => ({ postId: post(place % 2 === 0 ? 1 + place : 11 + place), publishAt: at(minute) }))
          .map((each) => ({ each, key: Number(choices.next().value) }))
          .sort((one, other) => one.key - other.key)
          .map(({ each }) => each);
        const wanted = posts.map((each) => ({ ...each, accountId: accountOf(each.postId) }));
        const byId = (one: { postId: string }, other: { postId: string }) => (one.postId < other.postId ? -1 : 1);
        expect(published(posts).sort(byId)).toEqual(wanted.sort(byId));
      }),
    );
  });
});
