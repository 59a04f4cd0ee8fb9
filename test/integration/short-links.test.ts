import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { getPerformanceOverview } from '#functions/analytics/performance/contract.ts';
import { getPostLinkClicks } from '#functions/posts/short-links/contract.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { expectProblem } from '../support/integration/answers.ts';
import { becomes, inMs, plan, Post, publish, write } from '../support/integration/desk.ts';
import { endOf, start } from '../support/integration/executions.ts';
import { stage, tableOf } from '../support/integration/stage.ts';

const browser = 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0';
const WithLinks = Post.extend({
  shortLinks: z.array(z.object({ part: z.number(), target: z.string(), url: z.string() })),
});

const maya = new Marketer(stage);
const stranger = new Marketer(stage, 'stranger');
let xUsername = '';
let post: z.infer<typeof WithLinks>;
const of = randomUUID();

beforeAll(async () => {
  await Promise.all([maya.join(), stranger.join()]);
  xUsername = await newXUser(stage);
  const [accountId, { workspaceId }] = await Promise.all([
    maya.connect(xUsername),
    maya.do(z.object({ workspaceId: z.string() }), 'PATCH', '/v1/workspace', { shortLinks: true }, { 'if-match': '*' }),
  ]);
  const posts = await tableOf('posts');
  await eventually('posts has heard of the setting', async () => posts.get({ pk: workspaceId, sk: 'SETTINGS' }));
  const planned = await write(maya, accountId, `In a campaign, ${of}`);
  const campaign = await plan(maya, [{ postId: planned.id, publishAt: inMs(86_400_000) }]);
  const utm = { source: 'x', medium: 'social', campaign: 'autumn' };
  await maya.do(z.unknown(), 'PATCH', `/v1/campaigns/${campaign.id}`, { utm }, { 'if-match': '*' });
  const parts = [`${of}: https://example.com/roast and https://x.com/acme.`, 'More at https://example.org/a?b=1!'];
  const said = { accountId, parts: parts.map((text) => ({ text })), utmFrom: campaign.id };
  const written = await eventually('the link parameters of the campaign are known', async () => {
    const { status, body } = await maya.call('POST', '/v1/posts', said);
    return status === 201 ? Post.parse(body) : undefined;
  });
  await publish(maya, written);
  await becomes(maya, written, 'published');
  post = await maya.do(WithLinks, 'GET', `/v1/posts/${written.id}`);
});

/** Follows a short link through the front door, as a browser by default. */
const follow = async (url: string, userAgent = browser, method = 'GET') =>
  fetch(stage.apiUrl + new URL(url).pathname + '?target=https://evil.example', {
    method,
    redirect: 'manual',
    headers: { 'user-agent': userAgent },
  });

describe('a published thread with short links', () => {
  test('has short links on X, and shows their targets in the API', async () => {
    const shown = await postsOnX(stage, xUsername);
    const [first, second] = post.shortLinks;
    expect(shown.map(({ rawText }) => rawText)).toEqual([
      `${of}: ${first?.url} and https://x.com/acme?utm_source=x&utm_medium=social&utm_campaign=autumn.`,
      `More at ${second?.url}!`,
    ]);
    expect(post.shortLinks.map(({ target }) => target)).toEqual([
      'https://example.com/roast?utm_source=x&utm_medium=social&utm_campaign=autumn',
      'https://example.org/a?b=1&utm_source=x&utm_medium=social&utm_campaign=autumn',
    ]);
  });

  test('redirects visitors, counts neither bots nor HEAD requests, and shows its clicks to its workspace only', async () => {
    const [first, second] = post.shortLinks.map(({ url }) => url);
    const answers = await Promise.all([
      ...[first, first, second].map((url = '') => follow(url)),
      follow(first ?? '', 'Twitterbot/1.0'),
      follow(first ?? '', browser, 'HEAD'),
    ]);
    const [one, two] = post.shortLinks.map(({ target }) => target);
    expect(answers.map(({ status, headers }) => [status, headers.get('location')])).toEqual(
      [one, one, two, one, one].map((target) => [302, target]),
    );
    expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(answers.map(() => 'private, no-store'));
    expect((await follow('https://links.example/l/4fKq0ZtX9bLm')).status).toBe(404);

    const path = `/v1/posts/${post.id}/link-clicks`;
    const told = await maya.do(getPostLinkClicks.response, 'GET', path);
    expect(told).toMatchObject({ clicks: 3, links: [{ clicks: 2 }, { clicks: 1 }] });
    expect(told.byHour.reduce((sum, { clicks }) => sum + clicks, 0)).toBe(3);
    expectProblem(await stranger.call('GET', path), 404, 'post_not_found');
  });

  test('has its short-link clicks in the performance overview', async () => {
    // A scheduled sweep may have run before the clicks, or may be running now.
    const counted = await eventually('a sweep has read the clicks', async () => {
      await endOf(await start('sweep-metrics', '{}'));
      const { figures } = await maya.do(getPerformanceOverview.response, 'GET', '/v1/analytics/overview');
      return figures.short_link_clicks.posts > 0 ? figures.short_link_clicks : undefined;
    });
    expect(counted).toMatchObject({ posts: 1, availability: 'available' });
  });
});
