// @module-tag long
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { SignedReceipt } from '#functions/posts/domain/receipt.ts';
import { hashOfReceipt } from '#functions/posts/domain/receipt-of.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { expectProblem, whenHeardOf, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { becomes, inMs, plan, publish, schedule, write } from '../support/integration/desk.ts';
import { stage, tableOf } from '../support/integration/stage.ts';

const maya = new Marketer(stage);
let accountId = '';
let xUsername = '';
beforeAll(async () => {
  await maya.join();
  xUsername = await newXUser(stage);
  accountId = await maya.connect(xUsername);
});

const Written = z.object({ id: z.string(), parts: z.array(z.object({ text: z.string() })) });
const anyMatch = { 'if-match': '*' };

test('a template is previewed, becomes a draft, rejects invalid values with invalid_values, and is deleted', async () => {
  const template = {
    name: 'Offer',
    parts: [{ text: '{{what}} for {{price}} €' }],
    variables: [
      { name: 'what', type: 'choice', options: ['Tea', 'Coffee'] },
      { name: 'price', type: 'number', min: 1 },
    ],
  };
  const { id } = await maya.do(z.object({ id: z.string() }), 'POST', '/v1/templates', template);
  const values = { what: 'Tea', price: 4.5 };
  const preview = await maya.call('POST', `/v1/templates/${id}/preview`, { values });
  expect(preview).toMatchObject({ status: 200, body: { parts: [{ text: 'Tea for 4.5 €', weightedLength: 14 }] } });
  const used = await whenHeardOf(() => maya.call('POST', `/v1/templates/${id}/use`, { accountId, values }));
  expect(used).toMatchObject({ status: 201, body: { status: 'draft', parts: [{ text: 'Tea for 4.5 €' }] } });
  const wrong = await maya.call('POST', `/v1/templates/${id}/use`, { accountId, values: { what: 'Water' } });
  expect(expectProblem(wrong, 422, 'invalid_values').fields).toMatchObject([
    { path: 'body.values.what', code: 'invalid_value' },
    { path: 'body.values.price', code: 'missing_variable' },
  ]);
  expect(await maya.call('GET', '/v1/templates?limit=1')).toMatchObject({ body: { items: [{ id, name: 'Offer' }] } });
  expect((await maya.call('DELETE', `/v1/templates/${id}`)).status).toBe(204);
  expectProblem(await maya.call('GET', `/v1/templates/${id}`), 404, 'template_not_found');
});

test('a post keeps every version of its content with author and diff, including those of concurrent edits', async () => {
  const { personId } = await whereIs(maya);
  const { id } = await write(maya, accountId, 'One');
  const change = (text: string) => maya.call('PATCH', `/v1/posts/${id}`, { parts: [{ text }] }, anyMatch);
  expect((await change('One and two')).status).toBe(200);
  const raced = await Promise.all(['a', 'b', 'c', 'd'].map(change));
  const taken = raced.filter(({ status }) => status === 200).length;
  expect(taken).toBeGreaterThan(0);
  const Versions = z.object({
    items: z.array(z.object({ contentVersion: z.number(), writtenBy: z.string() })),
    nextCursor: z.string().nullable(),
  });
  const all = await maya.do(Versions, 'GET', `/v1/posts/${id}/versions`);
  expect(all.items.map(({ contentVersion }) => contentVersion)).toEqual(
    Array.from({ length: taken + 2 }, (_, place) => taken + 2 - place),
  );
  expect(new Set(all.items.map(({ writtenBy }) => writtenBy))).toEqual(new Set([personId]));
  const page = await maya.do(Versions, 'GET', `/v1/posts/${id}/versions?limit=1`);
  const next = await maya.do(Versions, 'GET', `/v1/posts/${id}/versions?limit=1&cursor=${page.nextCursor ?? ''}`);
  expect([page, next].map(({ items }) => items[0]?.contentVersion)).toEqual([taken + 2, taken + 1]);
  expect(await maya.call('GET', `/v1/posts/${id}/versions/1`)).toMatchObject({ body: { parts: [{ text: 'One' }] } });
  expect(await maya.call('GET', `/v1/posts/${id}/diff?from=1&to=2`)).toMatchObject({
    body: {
      parts: [
        {
          segments: [
            { kind: 'same', text: 'One' },
            { kind: 'added', text: ' and two' },
          ],
        },
      ],
    },
  });
});

test('links in a post get the UTM parameters of its campaign and are published with them', async () => {
  const first = await write(maya, accountId, `In a campaign, ${randomUUID()}`);
  const campaign = await plan(maya, [{ postId: first.id, publishAt: inMs(86_400_000) }]);
  const utm = { source: 'x', medium: 'social', campaign: 'früh & spät' };
  await maya.do(z.unknown(), 'PATCH', `/v1/campaigns/${campaign.id}`, { utm }, anyMatch);
  const said = randomUUID();
  const body = { accountId, parts: [{ text: `${said} https://example.com/a?b=1.` }], utmFrom: campaign.id };
  // The campaign may be known before its change is.
  const written = await eventually('the campaign’s link parameters are known', async () => {
    const answer = await maya.call('POST', '/v1/posts', body);
    return answer.status === 201 ? answer.body : undefined;
  });
  const post = Written.parse(written);
  const added = 'utm_source=x&utm_medium=social&utm_campaign=fr%C3%BCh%20%26%20sp%C3%A4t';
  expect(post.parts[0]?.text).toBe(`${said} https://example.com/a?b=1&${added}.`);
  await publish(maya, post);
  await becomes(maya, post, 'published');
  expect((await postsOnX(stage, xUsername)).map(({ rawText }) => rawText)).toContain(post.parts[0]?.text);
});

test('a reminder event is published for a post that is due soon and awaits approval', async () => {
  await using spy = await spyOn((await whereIs(maya)).workspaceId);
  const post = await write(maya, accountId, `Due soon, ${randomUUID()}`);
  await schedule(maya, post, inMs(3_600_000));
  await maya.do(z.unknown(), 'POST', `/v1/posts/${post.id}/submit`, {});
  const isReminder = ({ type, entityId }: { type: string; entityId: string }) =>
    type === 'post.approval_reminder' && entityId === post.id;
  // Reminders are checked once a minute.
  const [reminder] = await eventually(
    'the reminder',
    async () => {
      const found = (await spy.heard()).filter(isReminder);
      return found.length > 0 ? found : undefined;
    },
    { withinMs: 150_000, everyMs: 1_000 },
  );
  expect(reminder?.data).toMatchObject({ kind: 'due_soon', submittedBy: (await whereIs(maya)).personId });
  await maya.do(z.unknown(), 'POST', `/v1/posts/${post.id}/approve`, {}, { 'if-match': '*' });
  const posts = await tableOf('posts');
  const item = await posts.get({ pk: (await whereIs(maya)).workspaceId, sk: `POST#${post.id}` });
  expect(item).not.toHaveProperty('byReminderPk');
});

describe('receipts', () => {
  test('are sealed once and form a hash chain; a genuine one verifies and a forged one does not', async () => {
    const team = await new Marketer(stage, 'team').join();
    const account = await team.connect(await newXUser(stage));
    const ids: string[] = [];
    for (let place = 0; place < 4; place += 1) ids.push((await write(team, account, `${place} ${randomUUID()}`)).id);
    for (const id of ids) await publish(team, { id });
    for (const id of ids) await becomes(team, { id }, 'published');
    const read = (id: string) => team.do(SignedReceipt, 'GET', `/v1/posts/${id}/receipt`);
    const reads = await Promise.all([...ids, ...ids, ...ids].map(read));
    expect(reads.slice(4, 8)).toEqual(reads.slice(0, 4));
    expect(reads.slice(8)).toEqual(reads.slice(0, 4));
    const chain = reads.slice(0, 4).sort((one, other) => one.receipt.chain.position - other.receipt.chain.position);
    chain.forEach(({ receipt }, place) => {
      const before = chain[place - 1];
      const previousHash = before ? hashOfReceipt(before.receipt) : null;
      expect(receipt.chain).toEqual({ position: place + 1, previousHash });
    });
    const [given] = chain;
    if (!given) throw new Error('no receipt');
    expect(given.receipt.attempts.at(-1)).toMatchObject({ outcome: 'published' });
    const verify = (signed: unknown) =>
      team.do(z.object({ isValid: z.boolean() }), 'POST', '/v1/receipts/verify', signed);
    expect(await verify(given)).toEqual({ isValid: true });
    const moved = { ...given.receipt, chain: { ...given.receipt.chain, position: 9 } };
    expect(await verify({ ...given, receipt: moved })).toEqual({ isValid: false });
    const page = await team.call('GET', `/v1/posts/${given.receipt.postId}/receipt.html`);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.body).toContain(given.signature);
  });
});
