import { beforeEach, describe, expect, test } from 'vitest';
import { UsageTallied } from '#events/accounts.ts';
import { defaultSettings } from '#events/users.ts';
import * as contract from '#functions/posts/composing/contract.ts';
import { PostView } from '#functions/posts/views.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import type { Operation } from '#shared/http/operation.ts';
import { Problem } from '#shared/http/problem.ts';
import type { Sent } from '#test/support/context-harness.ts';
import { owner } from '#test/support/http-event.ts';
import { type Harness, harness } from '../harness.ts';
import { accountId, aMedia, author, mediaId, noon, otherAccountId, workspaceId } from '../samples.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});

const premium = () =>
  context.deps.accounts.learn(workspaceId, 2, { accountId, isConnected: true, maxWeightedLength: 25_000 });
const measure = async (body: object) =>
  (await context.ask(contract.measureTexts, contract.measureTexts.response, { body })).body;
const refusal = async (operation: Operation, sent: Sent) => {
  const { status, body } = await context.ask(operation, Problem, sent);
  return { status, code: body.code, fields: body.fields };
};

describe('measuring texts', () => {
  test('returns the weight, the remaining length, the links and the cost', async () => {
    const { texts, cost } = await measure({ texts: ['新茶 is here', 'Read https://example.com/a now'] });
    expect(texts).toEqual([
      { weightedLength: 12, maxWeightedLength: 280, remaining: 268, isValid: true, links: [], faults: [] },
      {
        weightedLength: 32,
        maxWeightedLength: 280,
        remaining: 248,
        isValid: true,
        links: [{ start: 5, end: 26, url: 'https://example.com/a' }],
        faults: [],
      },
    ]);
    expect(cost).toMatchObject({ totalMicros: 215_000, linkSurchargeMicros: 185_000, withoutLinksMicros: 30_000 });
  });

  test.each([
    ['too long', 'a'.repeat(285), 'text_too_long', 280, 285],
    ['characters that X refuses', 'ab\ufeffc', 'forbidden_characters', 2, 3],
    ['a second cashtag', 'Buy $AB or $CD', 'too_many_cashtags', 11, 14],
  ])('reports a fault at the same place as creating the post does: %s', async (_, text, code, start, end) => {
    const { texts } = await measure({ texts: [text] });
    expect(texts[0]).toMatchObject({ isValid: false, faults: [{ code, start, end }] });
    const body = { accountId, parts: [{ text }] };
    const field = { path: 'body.parts.0.text', code, start, end };
    expect(await refusal(writing.createPost, { body })).toMatchObject({ status: 422, fields: [field] });
  });

  test('does not reveal the cost to an editor', async () => {
    const answer = await context.call(contract.measureTexts, {
      body: { texts: ['Hello'] },
      as: { ...owner, role: 'editor' },
    });
    expect(answer.status).toBe(200);
    expect(answer.raw).not.toMatch(/micros|cost|budget/i);
  });

  test('reports a blank text as empty_post', async () => {
    expect((await measure({ texts: [' '] })).texts[0]).toMatchObject({
      isValid: false,
      faults: [{ code: 'empty_post' }],
    });
  });

  test('applies the limit of the account', async () => {
    await premium();
    const { texts } = await measure({ accountId, texts: ['a'.repeat(300)] });
    expect(texts[0]).toMatchObject({ maxWeightedLength: 25_000, remaining: 24_700, isValid: true });
  });

  test.each([
    ['of an account that is not there', { accountId: otherAccountId, texts: ['a'] }, 404],
    ['none', { texts: [] }, 400],
    ['26', { texts: Array.from({ length: 26 }, () => 'a') }, 400],
    ['one longer than X ever takes', { texts: ['a'.repeat(25_001)] }, 400],
    ['more than two of the longest', { texts: Array.from({ length: 3 }, () => 'a'.repeat(20_000)) }, 400],
    ['what is no text', { texts: [1] }, 400],
  ])('refuses an invalid request: %s', async (_, body, status) => {
    expect((await refusal(contract.measureTexts, { body })).status).toBe(status);
  });

  test('is refused with 403 for an analyst', async () => {
    const sent = { body: { texts: ['a'] }, as: { ...owner, role: 'analyst' as const } };
    expect((await refusal(contract.measureTexts, sent)).status).toBe(403);
  });
});

describe('splitting a long text', () => {
  const split = async (body: object) =>
    (await context.ask(contract.splitText, contract.splitText.response, { body })).body.parts;
  const sentence = 'We roast slowly, in small drums, and taste every batch before it leaves. ';

  test('returns parts within the limit of the account, numbered on request', async () => {
    const text = sentence.repeat(8).trim();
    const parts = await split({ text, numbering: true });
    expect(parts.map((part) => part.text.slice(-5))).toEqual(['. 1/3', '. 2/3', '. 3/3']);
    expect(parts.every(({ weightedLength }) => weightedLength <= 280)).toBe(true);
    expect(parts[0]).toMatchObject({ start: 0, end: sentence.length * 3 - 1, maxWeightedLength: 280 });
    await premium();
    expect(await split({ accountId, text })).toMatchObject([{ text }]);
  });

  test('is refused for too many parts, a blank or overlong text, or an unknown account', async () => {
    const tooLong = await refusal(contract.splitText, { body: { text: sentence.repeat(100) } });
    expect(tooLong).toMatchObject({
      status: 422,
      code: 'too_many_parts',
      fields: [{ path: 'body.text', start: 5475 }],
    });
    expect(await refusal(contract.splitText, { body: { text: ' ' } })).toMatchObject({
      status: 422,
      code: 'empty_text',
    });
    expect(await refusal(contract.splitText, { body: { text: 'a'.repeat(50_001) } })).toMatchObject({ status: 400 });
    const foreign = { accountId: otherAccountId, text: 'a' };
    expect(await refusal(contract.splitText, { body: foreign })).toMatchObject({ status: 404 });
  });
});

describe('the cost of a post', () => {
  const costOf = async (id: string) =>
    (await context.ask(contract.getPostCost, contract.getPostCost.response, { path: { postId: id } })).body;
  const write = async (...parts: { text: string; mediaIds?: string[] }[]) =>
    (await context.ask(writing.createPost, PostView, { body: { accountId, parts } })).body;

  test('is X’s price per part, with the surcharge for links and a cheaper alternative', async () => {
    await context.deps.media.create(aMedia({ altText: 'A bag' }), author);
    const { id } = await write({ text: 'The new bag', mediaIds: [mediaId] }, { text: 'Order at example.com/bag' });
    expect(await costOf(id)).toEqual({
      parts: [
        { part: 0, hasUrl: false, priceMicros: 20_000 },
        { part: 1, hasUrl: true, priceMicros: 200_000 },
      ],
      totalMicros: 220_000,
      linkSurchargeMicros: 185_000,
      withoutLinksMicros: 35_000,
      cheaper:
        'Without its link it costs 0.035 USD instead of 0.220 USD. Put the link in the profile and refer to it, or use a ' +
        'call to action without a link.',
      budget: { month: '2026-11', spentMicros: 0, budgetMicros: null, asOf: null, fits: true },
    });
    expect(await costOf((await write({ text: 'Plain' })).id)).toMatchObject({ totalMicros: 15_000, cheaper: null });
  });

  test('is compared with the rest of the monthly budget, by the latest tally', async () => {
    const { id } = await write({ text: 'Order at example.com/bag' });
    await context.deps.settings.learn(workspaceId, 2, { ...defaultSettings, monthlyBudgetMicros: 1_000_000 });
    const tally = (version: number, spentMicros: number) =>
      context.happened(UsageTallied, '2026-11', version, { month: '2026-11', spentMicros, budgetMicros: 1_000_000 });
    await tally(2, 800_000);
    // A stale tally changes nothing.
    await tally(1, 100_000);
    const asOf = noon.toISOString();
    expect((await costOf(id)).budget).toEqual({
      month: '2026-11',
      spentMicros: 800_000,
      budgetMicros: 1_000_000,
      asOf,
      fits: true,
    });
    await tally(3, 800_001);
    expect((await costOf(id)).budget).toMatchObject({ spentMicros: 800_001, fits: false });
  });

  test('counts towards the month in which the post is scheduled', async () => {
    const { id } = await write({ text: 'For Advent' });
    const post = await context.deps.posts.get(workspaceId, id);
    await context.deps.posts.save({ ...post, status: 'scheduled', scheduledAt: '2026-12-01T00:00:00.000Z' }, author);
    expect((await costOf(id)).budget.month).toBe('2026-12');
  });

  test('returns 404 post_not_found for an unknown post', async () => {
    const path = { postId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9X' };
    expect(await refusal(contract.getPostCost, { path })).toMatchObject({ status: 404, code: 'post_not_found' });
  });
});
