import { beforeEach, describe, expect, test } from 'vitest';
import * as writing from '#functions/posts/writing/contract.ts';
import { Problem } from '#shared/http/problem.ts';
import { owner } from '#test/support/http-event.ts';
import { draft, type Harness, harness, later, scheduled } from '../harness.ts';
import { noon, otherAccountId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

describe('the list of posts', () => {
  const list = async (query: Record<string, string> = {}, as = owner) =>
    (await context.ask(writing.listPosts, writing.listPosts.response, { query, as })).body;

  test('is ordered by time, page by page to its end', async () => {
    const times = ['16', '14', '15', '18', '17'].map((hour) => `2026-11-22T${hour}:00:00.000Z`);
    for (const time of times) await scheduled(context, time);
    const found: (string | null)[] = [];
    let cursor: string | null = null;
    do {
      const page = await list({ limit: '2', ...(cursor !== null && { cursor }) });
      expect(page.items.length).toBeLessThanOrEqual(2);
      found.push(...page.items.map(({ scheduledAt }) => scheduledAt));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(found).toEqual(times.sort());
  });

  test('is filtered by status, account and time, from inclusive and to exclusive', async () => {
    await draft(context);
    const { id } = await scheduled(context, later);
    expect((await list({ status: 'scheduled' })).items.map((post) => post.id)).toEqual([id]);
    expect((await list({ from: '2026-11-22T13:00:00Z' })).items.map((post) => post.id)).toEqual([id]);
    expect((await list({ to: '2026-11-22T13:00:00Z' })).items.map(({ status }) => status)).toEqual(['draft']);
    expect((await list({ accountId: otherAccountId })).items).toEqual([]);
  });

  test('refuses a cursor of another query', async () => {
    await draft(context);
    await draft(context);
    const { nextCursor } = await list({ limit: '1' });
    const query = { limit: '1', status: 'draft', cursor: nextCursor ?? '' };
    expect(await context.ask(writing.listPosts, Problem, { query })).toMatchObject({
      status: 400,
      body: { code: 'invalid_cursor' },
    });
  });

  test('refuses a time range that ends before it begins', async () => {
    const query = { from: later, to: noon.toISOString() };
    const answer = await context.ask(writing.listPosts, Problem, { query });
    expect(answer).toMatchObject({ status: 400, body: { fields: [{ path: 'query.from' }, { path: 'query.to' }] } });
  });

  test.each(['status=deleted', 'status=lost', 'limit=0', 'limit=101', 'limit=x', 'from=x', 'sort=x'])(
    'refuses %s',
    async (asked) => {
      const query = Object.fromEntries(new URLSearchParams(asked));
      expect(await context.ask(writing.listPosts, Problem, { query })).toMatchObject({
        status: 400,
        body: { code: 'invalid_query' },
      });
    },
  );
});
