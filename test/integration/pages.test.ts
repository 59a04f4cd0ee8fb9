import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { expectProblem } from '../support/integration/answers.ts';
import { inMs, plan, type Post, schedule, write } from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';

const maya = new Marketer(stage);
const stranger = new Marketer(stage, 'stranger');
const count = 65;
/** Every fourth post is scheduled, so that a filter excludes something. */
const isScheduled = (_: Post, place: number): boolean => place % 4 === 0;
let accountId = '';
const posts: Post[] = [];

beforeAll(async () => {
  await Promise.all([maya.join(), stranger.join()]);
  accountId = await maya.connect(await newXUser(stage));
  for (let number = 0; number < count; number += 1) posts.push(await write(maya, accountId, `Post ${number}`));
  for (const [place, post] of posts.entries()) {
    if (isScheduled(post, place)) posts[place] = await schedule(maya, post, inMs(86_400_000 - place * 1000));
  }
});

const Page = z.object({
  items: z.array(z.looseObject({ id: z.string() })),
  nextCursor: z.string().nullable(),
});

const page = (path: string, cursor?: string, by = maya) =>
  by.do(Page, 'GET', cursor === undefined ? path : `${path}&cursor=${encodeURIComponent(cursor)}`);

/** The ids of a list across all pages, and the sizes of the pages. */
const walk = async (path: string) => {
  const ids: string[] = [];
  const sizes: number[] = [];
  let cursor: string | undefined;
  do {
    const { items, nextCursor } = await page(path, cursor);
    ids.push(...items.map(({ id }) => id));
    sizes.push(items.length);
    cursor = nextCursor ?? undefined;
  } while (cursor !== undefined);
  return { ids, sizes };
};

/** Ordered by the time a post is due, or was created if it has none. */
const inOrder = (some: readonly Post[]): string[] =>
  some
    .toSorted((one, other) => {
      const [a, b] = [one, other].map(({ scheduledAt, createdAt, id }) => `${scheduledAt ?? createdAt}#${id}`);
      return (a ?? '') < (b ?? '') ? -1 : 1;
    })
    .map(({ id }) => id);

test.each([1, 7, 25, 64, 65, 100])('pages of %i contain every post once, in order', async (limit) => {
  const { ids, sizes } = await walk(`/v1/posts?limit=${limit}`);
  expect(ids).toEqual(inOrder(posts));
  // Every page but the last is full, and no empty one follows.
  const rest = count % limit === 0 ? limit : count % limit;
  expect(sizes).toEqual([...Array.from({ length: Math.ceil(count / limit) - 1 }, () => limit), rest]);
});

test('a filtered list has full pages and exactly the matching posts', async () => {
  const wanted = inOrder(posts.filter(isScheduled));
  const { ids, sizes } = await walk('/v1/posts?status=scheduled&limit=5');
  expect(ids).toEqual(wanted);
  expect(sizes).toEqual([5, 5, 5, 2]);
  expect((await walk(`/v1/posts?status=draft&accountId=${accountId}&limit=20`)).ids).toHaveLength(
    count - wanted.length,
  );
  const [first] = posts;
  const drafts = posts.filter(({ scheduledAt }) => scheduledAt === null);
  const until = drafts[9]?.createdAt ?? '';
  const early = inOrder(drafts.filter(({ createdAt }) => createdAt < until));
  expect((await walk(`/v1/posts?limit=3&from=${drafts[0]?.createdAt ?? ''}&to=${until}`)).ids).toEqual(early);
  expect((await walk(`/v1/posts?limit=3&to=${first?.createdAt ?? ''}`)).ids).toEqual([]);
});

test('a post written while a list is being paged through neither repeats nor hides another', async () => {
  const first = await page('/v1/posts?status=draft&limit=10');
  const late = await write(maya, accountId, 'A late one');
  const rest = await page('/v1/posts?status=draft&limit=100', first.nextCursor ?? '').catch(() => undefined);
  expect(rest, 'the limit is not part of what a cursor is bound to').toBeDefined();
  const ids = [...first.items, ...(rest?.items ?? [])].map(({ id }) => id);
  expect(ids).toEqual([...inOrder(posts.filter((post, place) => !isScheduled(post, place))), late.id]);
  await maya.call('DELETE', `/v1/posts/${late.id}`);
});

describe('a cursor', () => {
  const refused = async (path: string, cursor: string, by = maya) => {
    const answer = await by.call('GET', `${path}&cursor=${encodeURIComponent(cursor)}`);
    expectProblem(answer, 400, 'invalid_cursor');
  };

  test('is rejected with invalid_cursor for any other query', async () => {
    const { nextCursor } = await page('/v1/posts?status=draft&limit=5');
    const cursor = nextCursor ?? '';
    for (const other of [
      '/v1/posts?limit=5',
      '/v1/posts?status=scheduled&limit=5',
      `/v1/posts?status=draft&accountId=${accountId}`,
    ]) {
      await refused(other, cursor);
    }
    for (const path of ['/v1/campaigns', '/v1/accounts', '/v1/audit-events']) await refused(`${path}?limit=5`, cursor);
  });

  test('is rejected with invalid_cursor in another workspace', async () => {
    const { nextCursor } = await page('/v1/posts?limit=5');
    await refused('/v1/posts?limit=5', nextCursor ?? '', stranger);
  });

  test('that is forged is rejected with invalid_cursor, and one that is too long with invalid_query', async () => {
    const { nextCursor } = await page('/v1/posts?limit=5');
    const theirs = JSON.stringify({ pk: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V', sk: 'POST#' });
    const [fingerprint]: unknown[] = z
      .array(z.unknown())
      .parse(JSON.parse(Buffer.from(nextCursor ?? '', 'base64url').toString()));
    const forged = (key: unknown) => Buffer.from(JSON.stringify([fingerprint, key])).toString('base64url');
    for (const cursor of [
      ...['garbage', '%', '{}', 'e30', 'null', Buffer.from(theirs).toString('base64url'), '\u0000', 'ä'],
      ...[forged({}), forged({ pk: 'x' }), forged(null), forged({ pk: 'x', sk: 'y', byTimePk: 'z', byTimeSk: 'z' })],
    ]) {
      await refused('/v1/posts?limit=5', cursor);
    }
    const tooLong = await maya.call('GET', `/v1/posts?cursor=${'x'.repeat(1025)}`);
    expectProblem(tooLong, 400, 'invalid_query');
  });
});

test('campaigns, accounts and the audit trail are paged without gaps or repeats', async () => {
  for (const place of [1, 2, 3]) {
    await plan(maya, [{ postId: posts[place]?.id ?? '', publishAt: inMs(86_400_000) }]);
    await maya.connect(await newXUser(stage));
  }
  for (const [path, least] of [
    ['/v1/campaigns', 3],
    ['/v1/accounts', 4],
  ] as const) {
    const whole = await walk(`${path}?limit=100`);
    expect(whole.ids).toHaveLength(least);
    expect((await walk(`${path}?limit=1`)).ids).toEqual(whole.ids);
  }
  const told = await eventually('an event of each post in the audit trail', async () => {
    const { ids } = await walk('/v1/audit-events?limit=100&eventType=post.created');
    return ids.length >= count ? ids : undefined;
  });
  expect((await walk('/v1/audit-events?limit=13&eventType=post.created')).ids).toEqual(told);
  expect(new Set(told).size).toBe(told.length);
});
