import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { becomes, publish, read, setBudget, write } from '../support/integration/desk.ts';
import { endOf, start } from '../support/integration/executions.ts';
import { giveRole } from '../support/integration/members.ts';
import { stage } from '../support/integration/stage.ts';
import { tellX } from '../support/integration/x.ts';

const Usage = z.object({
  month: z.string(),
  spentMicros: z.number(),
  budgetMicros: z.number().nullable(),
  remainingMicros: z.number().nullable(),
  isExhausted: z.boolean(),
  kinds: z.array(z.object({ kind: z.string(), count: z.number(), micros: z.number() })),
  accounts: z.array(z.object({ accountId: z.string(), micros: z.number() })),
});
const PostUsage = z.object({
  micros: z.number(),
  charges: z.array(z.object({ kind: z.string(), micros: z.number() })),
});
const XUsage = z.object({ users: z.record(z.string(), z.number()) });

const maya = new Marketer(stage, 'maya');
let username = '';
let accountId = '';
beforeAll(async () => {
  await maya.join();
  username = await newXUser(stage);
  accountId = await maya.connect(username);
});

const usage = () => maya.do(Usage, 'GET', '/v1/accounts/usage');
/** What X has billed for the account. */
const billedByX = async (): Promise<number> => XUsage.parse(await tellX('GET', 'usage')).users[username] ?? 0;
const text = (what: string) => `${what} ${randomUUID()}`;

test('recorded usage equals what X bills, to the micro-dollar, by account and by post', async () => {
  const post = await write(maya, accountId, text('Plain'));
  await publish(maya, post);
  await becomes(maya, post, 'published');
  // A sweep may read metrics meanwhile, which X bills too: both are compared until they agree.
  const { spentMicros, accounts, kinds } = await eventually('one bill', async () => {
    const [ours, theirs] = [await usage(), await billedByX()];
    return ours.spentMicros === theirs ? ours : undefined;
  });
  expect(kinds.find(({ kind }) => kind === 'post_create')).toEqual({ kind: 'post_create', count: 1, micros: 15_000 });
  expect(accounts).toEqual([{ accountId, micros: spentMicros }]);
  const ofPost = await maya.do(PostUsage, 'GET', `/v1/accounts/usage/posts/${post.id}`);
  expect(ofPost).toEqual({ micros: 15_000, charges: [{ kind: 'post_create', micros: 15_000 }] });
  expectProblem(await maya.call('GET', '/v1/accounts/usage?month=2026-13'), 400, 'invalid_query');
});

test('a post is held with budget_exhausted when the budget is spent, and published once the budget is lifted', async () => {
  const { workspaceId } = await whereIs(maya);
  await using spy = await spyOn(workspaceId);
  await setBudget(maya, (await usage()).spentMicros + 10_000);
  const held = await write(maya, accountId, text('Too dear'));
  await publish(maya, held);
  expect((await becomes(maya, held, 'held')).problem?.code).toBe('budget_exhausted');
  expect(await usage()).toMatchObject({ isExhausted: true });
  await spy.hears('that the budget is spent', ({ type }) => type === 'budget.exhausted');
  expect((await postsOnX(stage, username)).filter(({ rawText }) => rawText.startsWith('Too dear'))).toEqual([]);
  await setBudget(maya, null);
  await becomes(maya, held, 'published');
  expect(await usage()).toMatchObject({ isExhausted: false, budgetMicros: null, remainingMicros: null });
});

test('usage is refused to an analyst, and the cost of a post to another workspace', async () => {
  const ana = await new Marketer(stage, 'ana').join();
  await giveRole(ana, 'analyst');
  expectProblem(await ana.call('GET', '/v1/accounts/usage'), 403, 'role_lacks_permission');
  const foreign = await write(maya, accountId, text('Mine'));
  await giveRole(ana, 'owner');
  expectProblem(await ana.call('GET', `/v1/accounts/usage/posts/${foreign.id}`), 404, 'billed_post_not_found');
});

describe('a published post', () => {
  test('is unpublished from X on request with its whole thread, keeps its record, and can then be deleted', async () => {
    const thread = await write(maya, accountId, text('One'), text('Two'));
    await publish(maya, thread);
    await becomes(maya, thread, 'published');
    const before = (await postsOnX(stage, username)).length;
    const answer = await maya.call('POST', `/v1/posts/${thread.id}/unpublish`);
    expect(answer.status).toBe(202);
    await becomes(maya, thread, 'unpublished');
    expect(await postsOnX(stage, username)).toHaveLength(before - 2);
    expect((await read(maya, thread)).publication?.parts).toHaveLength(2);
    expectProblem(await maya.call('POST', `/v1/posts/${thread.id}/unpublish`), 409, 'post_unpublished');
    expect((await maya.call('DELETE', `/v1/posts/${thread.id}`)).status).toBe(204);
  });

  test('can be reposted by its own account, but only ten times a day', async () => {
    const post = await write(maya, accountId, text('Again'));
    expectProblem(await maya.call('POST', `/v1/posts/${post.id}/reposts`), 409, 'not_published');
    await publish(maya, post);
    await becomes(maya, post, 'published');
    expect((await maya.call('POST', `/v1/posts/${post.id}/reposts`)).status).toBe(202);
    const Page = z.object({ items: z.array(z.object({ status: z.string() })) });
    await eventually('the repost', async () => {
      const { items } = await maya.do(Page, 'GET', `/v1/posts/${post.id}/reposts`);
      return items[0]?.status === 'done' ? true : undefined;
    });
    for (let times = 1; times < 10; times += 1) {
      expect((await maya.call('POST', `/v1/posts/${post.id}/reposts`)).status).toBe(202);
    }
    const refused = await maya.call('POST', `/v1/posts/${post.id}/reposts`);
    expectProblem(refused, 429, 'too_many_reposts');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

test('the tally-usage workflow succeeds', async () => {
  expect(await endOf(await start('tally-usage', '{}'))).toBe('SUCCEEDED');
});
