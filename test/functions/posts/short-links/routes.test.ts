import { beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { PostDeleted } from '#events/posts.ts';
import { defaultSettings, WorkspaceSettingsChanged } from '#events/users.ts';
import type { Post } from '#functions/posts/domain/post.ts';
import { receiptOf } from '#functions/posts/domain/receipt-of.ts';
import { followShortLink, getPostLinkClicks } from '#functions/posts/short-links/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import { httpEvent, owner } from '#test/support/http-event.ts';
import { type Harness, harness } from '../harness.ts';
import { aPart, aScheduledPost, author, noon, workspaceId } from '../samples.ts';

const browser =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 Version/26.0 Mobile Safari/604.1';
const texts = ['See https://example.com/a?utm_source=x and https://example.org.', 'More: https://example.com/b'];
const { id: postId } = aScheduledPost();

let context: Harness;
beforeEach(async () => {
  context = await harness();
  await turn(true);
});

let version = 0;
const turn = (shortLinks: boolean) =>
  context.happened(WorkspaceSettingsChanged, workspaceId, (version += 1), { ...defaultSettings, shortLinks });

const put = (said: Partial<Post> = {}) => {
  const parts = texts.map((text) => aPart({ text }));
  return context.deps.posts.create(aScheduledPost({ parts, urlParts: [0, 1], ...said }), author);
};
const Claimed = z.object({ parts: z.array(z.object({ text: z.string() })) });
const claim = async (execution = 'arn:execution-1', scheduleVersion = 1) => {
  const claimed = await context.run('posts.claim', { workspaceId, postId, scheduleVersion }, execution);
  return Claimed.parse(claimed).parts.map(({ text }) => text);
};
const stored = async () => {
  const post = await context.deps.posts.find(workspaceId, postId);
  if (!post) throw new Error('There is no post');
  return post;
};
const codes = async () => ((await stored()).shortLinks ?? []).map(({ code }) => code);

const Answer = z.object({
  statusCode: z.int(),
  headers: z.record(z.string(), z.string()),
  body: z.string().optional(),
});

/** Follows a link, by default as a person's browser does. */
const follow = async (code: string, { headers = {}, userAgent = browser, method = 'GET' } = {}) => {
  const query = { target: 'https://evil.example/' };
  const event = httpEvent(followShortLink, { path: { code }, query, headers });
  const http = { ...event.requestContext.http, userAgent, method };
  const asked = { routeKey: `${method} /l/{code}`, requestContext: { ...event.requestContext, http } };
  return Answer.parse(await context.wake({ ...event, ...asked }));
};
const clicks = async (query: Record<string, string> = {}) =>
  (await context.ask(getPostLinkClicks, getPostLinkClicks.response, { path: { postId }, query })).body;

describe('a claim', () => {
  test('replaces the links of every part with short links, but not in the stored text', async () => {
    await put();
    const [first = '', second = ''] = await claim();
    const url = 'https://links.example.com/l/';
    const [a, b, c] = await codes();
    expect([first, second]).toEqual([`See ${url}${a} and ${url}${b}.`, `More: ${url}${c}`]);
    // The written and approved text does not change.
    expect((await stored()).parts.map(({ text }) => text)).toEqual(texts);
  });

  test('returns the same text to a later execution, even if short links were disabled meanwhile', async () => {
    await put();
    const sent = await claim();
    await turn(false);
    expect(await claim()).toEqual(sent);
    // Killed between claim and send: another execution takes over.
    context.clock.pass(120_000);
    await context.run('posts.revive', { workspaceId, postId });
    expect((await stored()).scheduleVersion).toBe(2);
    expect(await claim('arn:execution-2', 2)).toEqual(sent);
  });

  test('returns the same text after the table was restored to before the claim', async () => {
    await put();
    const before = new Map(context.items);
    const sent = await claim();
    context.items.clear();
    for (const [key, item] of before) context.items.set(key, item);
    expect(await claim('arn:execution-2')).toEqual(sent);
  });

  test('without short links keeps the text without them when they are enabled later', async () => {
    await turn(false);
    await put();
    expect(await claim()).toEqual(texts);
    await turn(true);
    expect(await claim()).toEqual(texts);
    expect((await stored()).shortLinks).toEqual([]);
  });

  test('stores no short link when the post is held', async () => {
    await context.happened(WorkspaceSettingsChanged, workspaceId, (version += 1), {
      ...defaultSettings,
      shortLinks: true,
      approval: 'required',
    });
    await put();
    expect(await context.run('posts.claim', { workspaceId, postId, scheduleVersion: 1 })).toEqual({
      outcome: 'stopped',
    });
    expect([...context.items.values()].filter(({ pk }) => String(pk).startsWith('LINK#'))).toEqual([]);
  });

  test('forgets its decision when the post is edited', async () => {
    await put({ status: 'held', shortLinks: [] });
    const body = { parts: [{ text: 'New: https://example.com/c' }] };
    const sent = { path: { postId }, body, headers: { 'if-match': '*' } };
    const { body: changed } = await context.ask(writing.changePost, PostView, sent);
    expect(changed.shortLinks).toBeNull();
  });
});

test('a post and its receipt list each link with its short link', async () => {
  await put();
  await claim();
  const publishedAt = noon.toISOString();
  const parts = [0, 1].map((part) => ({ outcome: 'published', part, xPostId: `${part}`, publishedAt, costMicros: 1 }));
  await context.run('posts.record', { workspaceId, postId, parts });
  const { body } = await context.ask(writing.getPost, PostView, { path: { postId } });
  const [a, b, c] = await codes();
  const url = (code = '') => `https://links.example.com/l/${code}`;
  const shown = [
    { part: 0, target: 'https://example.com/a?utm_source=x', url: url(a) },
    { part: 0, target: 'https://example.org', url: url(b) },
    { part: 1, target: 'https://example.com/b', url: url(c) },
  ];
  expect(body.shortLinks).toEqual(shown);
  expect(receiptOf(await stored(), { position: 1, previousHash: null }).shortLinks).toEqual(shown);
  expect(receiptOf({ ...(await stored()), shortLinks: [] }, { position: 1, previousHash: null })).not.toHaveProperty(
    'shortLinks',
  );
});

describe('a short link', () => {
  beforeEach(async () => {
    await put();
    await claim();
  });

  test('redirects to its target alone, without being cached or indexed', async () => {
    const [code = ''] = await codes();
    const { statusCode, headers, body } = await follow(code);
    expect({ statusCode, body }).toEqual({ statusCode: 302, body: undefined });
    expect(headers).toMatchObject({
      location: 'https://example.com/a?utm_source=x',
      'cache-control': 'private, no-store',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'x-robots-tag': 'noindex',
    });
    expect(headers).not.toHaveProperty('set-cookie');
    expect(headers).not.toHaveProperty('ratelimit');
  });

  test.each(['4fKq0ZtX9bLm', 'short', '../v1/posts', 'x'.repeat(128), 'https://evil.example'])(
    'with an unknown code returns short_link_not_found: %s',
    async (code) => {
      const { statusCode, headers, body } = await follow(code);
      expect([statusCode, headers['content-type']]).toEqual([404, 'application/problem+json']);
      expect(JSON.parse(body ?? '')).toMatchObject({ code: 'short_link_not_found' });
    },
  );

  test('that was stopped returns 404', async () => {
    const [code = ''] = await codes();
    await context.table.update(
      { pk: `LINK#${code}`, sk: 'LINK' },
      { UpdateExpression: 'SET stoppedAt = :at', ExpressionAttributeValues: { ':at': noon.toISOString() } },
    );
    expect((await follow(code)).statusCode).toBe(404);
  });

  test('redirects even when its click cannot be counted, and logs the error', async () => {
    const [code = ''] = await codes();
    context.deps.shortLinks.count = async () => {
      throw new Error('throttled');
    };
    expect((await follow(code)).statusCode).toBe(302);
    expect(context.deps.errors).toHaveLength(1);
    expect(await clicks()).toMatchObject({ clicks: 0 });
  });

  test('counts clicks by the hour, and stores nothing about who clicked', async () => {
    const [first = '', , third = ''] = await codes();
    await follow(first);
    await follow(first);
    context.clock.pass(3_600_000);
    await follow(third);
    context.clock.pass(24 * 3_600_000);
    await follow(first);
    const { links, byHour, ...told } = await clicks();
    expect(told).toEqual({ postId, clicks: 4 });
    expect(links.map((link) => link.clicks)).toEqual([3, 0, 1]);
    expect(byHour).toEqual([
      { hour: '2026-11-22T12:00:00.000Z', clicks: 2 },
      { hour: '2026-11-22T13:00:00.000Z', clicks: 1 },
      { hour: '2026-11-23T13:00:00.000Z', clicks: 1 },
    ]);
    const asked = await clicks({ from: '2026-11-22T13:00:00Z', to: '2026-11-23T13:00:00Z' });
    expect([asked.clicks, asked.byHour]).toEqual([4, byHour.slice(1, 2)]);
    const kept = [...context.items.values()].filter(({ type }) => type === 'link_clicks');
    const names = new Set(kept.flatMap((item) => Object.keys(item)));
    expect([...names].sort()).toEqual(['12', '13', 'pk', 'sk', 'ttl', 'type']);
  });

  test.each([
    ["X's preview", { userAgent: 'Twitterbot/1.0' }],
    ['a search engine', { userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }],
    ['a program', { userAgent: 'curl/8.5.0' }],
    ['whoever says nothing of itself', { userAgent: '' }],
    ['a prefetch', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
    ['a prefetch of an older browser', { headers: { purpose: 'prefetch' } }],
    ['a request for its headers alone', { method: 'HEAD' }],
  ])('redirects %s without counting a click', async (_, how) => {
    const [code = ''] = await codes();
    const { statusCode, headers } = await follow(code, how);
    expect([statusCode, headers.location]).toEqual([302, 'https://example.com/a?utm_source=x']);
    expect(await clicks()).toMatchObject({ clicks: 0, byHour: [] });
  });

  test('returns 404 once its deleted post has expired', async () => {
    const [code = ''] = await codes();
    const ttl = noon.getTime() / 1000 + 60;
    await context.deps.posts.save({ ...(await stored()), status: 'deleted', ttl }, author);
    await context.happened(PostDeleted, postId, 3, {
      accountId: 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V',
      campaignId: null,
      costMicros: 0,
    });
    expect((await follow(code)).statusCode).toBe(302);
    context.clock.pass(61_000);
    expect((await follow(code)).statusCode).toBe(404);
  });
});

describe('the clicks of posts that analytics asks for', () => {
  const read = (postIds: readonly string[], of = workspaceId) =>
    context.run('posts.readLinkClicks', { workspaceId: of, postIds });
  const unknown = 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9W';

  test('are summed over their short links; posts without any, or of another workspace, are left out', async () => {
    await put();
    await claim();
    expect(await read([postId, unknown])).toEqual({ clicks: [{ postId, clicks: 0 }] });
    for (const code of await codes()) await follow(code);
    expect(await read([postId, unknown])).toEqual({ clicks: [{ postId, clicks: 3 }] });
    expect(await read([postId], 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W')).toEqual({ clicks: [] });
  });
});

describe('the clicks of a post', () => {
  test('are null, not zero, without short links', async () => {
    await put();
    expect(await clicks()).toEqual({ postId, clicks: null, links: [], byHour: [] });
  });

  test('are not found for another workspace', async () => {
    await put();
    const as = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    const { status, body } = await context.call(getPostLinkClicks, { path: { postId }, as });
    expect([status, body]).toMatchObject([404, { code: 'post_not_found' }]);
  });
});
