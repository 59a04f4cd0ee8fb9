// @module-tag long
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { allOperations } from '#infra/openapi.ts';
import { expectProblem } from '../support/integration/answers.ts';
import { inMs, schedule } from '../support/integration/desk.ts';
import { isOfCampaigns, post, tryEach, twoOffices } from '../support/integration/repeat.ts';
import { countAt } from '../support/integration/repeatable.ts';
import { aPost, cases } from '../support/integration/repeatable-cases.ts';

test('every operation that stores replies has a case', () => {
  const stored = allOperations.filter(({ operation }) => operation.idempotency === 'stored');
  expect(Object.keys(cases).sort()).toEqual(stored.map(({ operation }) => operation.id).sort());
});

const offices = twoOffices();
const { maya, officeOf } = offices;

tryEach(offices, (id) => !isOfCampaigns(id));

test('a failed request stores no reply under its idempotency key', async () => {
  const key = randomUUID();
  const { id } = await aPost(maya, officeOf(maya).accountId);
  const cancel = { path: `/v1/posts/${id}/cancel` };
  expectProblem(await post(maya, cancel, key), 409, 'post_draft');
  await schedule(maya, { id }, inMs(86_400_000));
  expect(await post(maya, cancel, key)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
});

test('requests without an idempotency key, or with different ones, are each carried out', async () => {
  const asked = await cases.createPost?.request(maya, officeOf(maya));
  if (!asked) throw new Error('no request');
  const before = await countAt('/v1/posts')(maya);
  const answers = [await maya.call('POST', asked.path, asked.body), await maya.call('POST', asked.path, asked.body)];
  answers.push(await post(maya, asked, randomUUID()));
  expect(new Set(answers.map(({ body }) => z.object({ id: z.string() }).parse(body).id)).size).toBe(3);
  expect(await countAt('/v1/posts')(maya)).toBe(before + 3);
});

test('a malformed idempotency key is rejected with invalid_idempotency_key', async () => {
  const asked = { path: '/v1/posts', body: { accountId: officeOf(maya).accountId, parts: [{ text: 'Never.' }] } };
  for (const key of ['x'.repeat(129), 'a b', 'ä']) {
    expectProblem(await post(maya, asked, key), 400, 'invalid_idempotency_key');
  }
});
