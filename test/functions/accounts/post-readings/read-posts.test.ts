import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { disconnectAccount } from '#functions/accounts/connections/connect.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { readPosts } from '#functions/accounts/post-readings/read-posts.ts';
import { xOverHttp } from '#functions/accounts/x/api.ts';
import { readLookup } from '#functions/accounts/x/fields.ts';
import { aNumber, author, type Harness, harness, partOn, secret } from '../harness.ts';

let context: Harness;
let account: Account;
beforeEach(async () => {
  context = await harness();
  account = await context.connect('acme_coffee');
});
afterEach(() => context.sandbox.close());

const publish = async (text: string) => {
  const outcome = await context.publish(partOn(account, { text }));
  if (outcome.outcome !== 'published') throw new Error(outcome.outcome);
  return outcome.xPostId;
};
const read = (...xPostIds: string[]) => {
  const { workspaceId, id: accountId } = account;
  return readPosts(context.deps, { workspaceId, accountId, xPostIds }, author);
};
const AddressInfo = z.object({ port: z.number() });
const day = 24 * 60 * 60_000;

describe('the counters of posts', () => {
  test('include the author’s private ones while X returns them, for 30 days', async () => {
    const id = await publish('Beans');
    context.clock.pass(day);
    const young = await read(id);
    expect(young).toMatchObject({
      outcome: 'read',
      posts: [{ xPostId: id, metrics: { urlClicks: aNumber } }],
    });
    context.clock.pass(30 * day);
    const old = await read(id);
    expect(old).toMatchObject({
      posts: [{ metrics: { impressions: aNumber, urlClicks: null, profileClicks: null } }],
    });
  });

  test('are null for a deleted post, beside those of one that exists', async () => {
    const [gone, stands] = [await publish('Beans'), await publish('Tea')];
    await context.removePost(gone);
    const outcome = await read(gone, stands);
    if (outcome.outcome !== 'read') throw new Error(outcome.outcome);
    expect(new Map(outcome.posts.map(({ xPostId, metrics }) => [xPostId, metrics !== null]))).toEqual(
      new Map([
        [gone, false],
        [stands, true],
      ]),
    );
  });

  test('are read under the old and the new field names of X', () => {
    const counters = { impression_count: 7, like_count: 1, reply_count: 0, quote_count: 0, bookmark_count: 2 };
    const body = (reposts: object) => ({ data: [{ id: '1', public_metrics: { ...counters, ...reposts } }] });
    for (const reposts of [{ retweet_count: 3 }, { repost_count: 3 }]) {
      expect(readLookup(body(reposts))?.posts[0]?.metrics).toMatchObject({
        reposts: 3,
        impressions: 7,
        urlClicks: null,
      });
    }
    // A missing field is not a zero.
    expect(readLookup({ data: [{ id: '1' }] })).toBeUndefined();
    expect(readLookup(body({}))).toBeUndefined();
    const clicks = { non_public_metrics: { user_profile_clicks: 4 } };
    const [post] = body({ repost_count: 3 }).data;
    expect(readLookup({ data: [{ ...post, ...clicks }] })?.posts[0]?.metrics).toMatchObject({
      ...{ urlClicks: null, profileClicks: 4 },
    });
  });

  test('are left out for a post that X shows in part or in another form, and read for the others', () => {
    const counters = { impression_count: 7, like_count: 1, reply_count: 0, quote_count: 0, bookmark_count: 2 };
    const whole = { id: '1', public_metrics: { ...counters, retweet_count: 3, an_unknown_count: 5 }, unknown: true };
    const broken = { id: '2', public_metrics: { ...counters, retweet_count: '3' } };
    expect(readLookup({ data: [whole, broken, { id: '3' }, null] })?.posts.map(({ xPostId }) => xPostId)).toEqual([
      '1',
    ]);
    const errors = (type: string) => [{ resource_id: '4', type: `https://api.x.com/2/problems/${type}` }];
    expect(readLookup({ data: [whole], errors: errors('resource-not-found') })?.gone).toEqual([
      { xPostId: '4', why: 'deleted' },
    ]);
    expect(readLookup({ errors: errors('not-authorized-for-resource') })).toEqual({
      ...{ posts: [], gone: [{ xPostId: '4', why: 'withheld' }] },
    });
  });

  test('are requested without the private fields for a post that X leaves out because of them', async () => {
    const counters = { impression_count: 7, like_count: 1, retweet_count: 0, reply_count: 0, quote_count: 0 };
    const fieldError = { resource_id: '2', type: 'https://api.x.com/2/problems/field-unauthorized' };
    const asked: string[] = [];
    const server = createServer((request, response) => {
      asked.push(new URL(request.url ?? '', 'http://x').search);
      const data = [{ id: '2', public_metrics: { ...counters, bookmark_count: 0 } }];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(asked.length === 1 ? { errors: [fieldError] } : { data }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = AddressInfo.parse(server.address());
    const url = `http://127.0.0.1:${port}`;
    const x = xOverHttp({ apiUrl: url, authorizeUrl: url, timeoutMs: 2_000, secret: async () => secret });
    try {
      const { value } = await x.readPosts('token', ['2']);
      expect(value).toMatchObject({
        posts: [{ xPostId: '2', metrics: { impressions: 7, urlClicks: null } }],
        gone: [],
      });
      expect(asked[0]).toContain('non_public_metrics');
      expect(asked[1]).not.toContain('non_public_metrics');
    } finally {
      server.close();
    }
  });

  test('are rate_limited when X allows no more reads, and not requested before the reset', async () => {
    const id = await publish('Beans');
    await context.faults({ method: 'GET', path: '/2/tweets', fault: { kind: 'rateLimit' } });
    expect(await read(id)).toMatchObject({ outcome: 'rate_limited' });
    expect(await read(id)).toMatchObject({ outcome: 'rate_limited' });
    expect((await context.requests()).filter(({ operation }) => operation === 'getPostsByIds')).toHaveLength(1);
  });

  test('are read up to the read budget, and then are over_budget until next month', async () => {
    const ids = [await publish('Beans'), await publish('Tea'), await publish('Milk')];
    let version = 0;
    const budget = async (monthlyReadBudgetMicros: number | null) => {
      const budgets = { monthlyBudgetMicros: null, monthlyReadBudgetMicros };
      await context.deps.budgets.learn(account.workspaceId, (version += 1), budgets);
    };
    await budget(10_000);
    const now = context.clock.now();
    const retryAt = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1)).toISOString();
    expect(await read(...ids)).toEqual({ outcome: 'over_budget', retryAt });
    expect(await read(...ids.slice(0, 2))).toMatchObject({ outcome: 'read' });
    expect(await read(...ids.slice(2))).toEqual({ outcome: 'over_budget', retryAt });
    await budget(null);
    expect(await read(...ids)).toMatchObject({ outcome: 'read' });
    // Two of the three had been read that day already: X bills them once.
    const usage = await context.deps.usage.find(account.workspaceId, now.toISOString().slice(0, 7));
    expect(usage?.kinds.post_read).toEqual({ count: 3, micros: 15_000 });
  });

  test('are not read for an account that is suspended or disconnected', async () => {
    const id = await publish('Beans');
    await context.user('acme_coffee', { suspended: true });
    expect(await read(id)).toMatchObject({ outcome: 'account_unwell', code: 'account_suspended' });
    const current = await context.deps.accounts.get(account.workspaceId, account.id);
    await disconnectAccount(context.deps, current.workspaceId, current.id, author);
    expect(await read(id)).toMatchObject({ outcome: 'account_unwell' });
  });
});
