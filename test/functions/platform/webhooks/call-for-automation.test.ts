import { Webhook } from 'standardwebhooks';
import { expect, test } from 'vitest';
import { PublishingStopped } from '#events/posts.ts';
import { tasks } from '#functions/platform/task-names.ts';
import * as contract from '#functions/platform/webhooks/contract.ts';
import { instantAfter } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import { answered, harness, notAnswered, url } from '../harness.ts';

const automationId = 'aut_01KATJ9V5H8Q3M4N5P6R7S8T9V';

/** A webhook, and an automation of its owner that calls it. */
const called = async () => {
  // The library that verifies uses the machine's clock.
  const platform = harness(new Date());
  const { id: webhookId, secret } = await platform.made();
  platform.deps.answers.push(answered(204));
  const order = {
    ...{ workspaceId: owner.workspaceId, automationId, runId: 'run_01KATJ9V5H8Q3M4N5P6R7S8T9V', step: '2' },
    ...{ triggeredAt: platform.clock.now().toISOString(), chain: [automationId] },
    by: { personId: owner.personId, people: [owner.personId], role: 'owner' },
    notAfter: instantAfter(platform.clock.now(), 20_000),
  };
  const step = { kind: 'call_webhook', webhookId, values: { title: 'Spring' }, automationName: 'Notify the shop' };
  const call = (said: object = {}, more: object = {}) =>
    platform.run(tasks.callForAutomation, { order: { ...order, ...said }, step: { ...step, ...more } });
  return { ...platform, webhookId, secret, callStep: call, order };
};

test('each step calls the webhook with a signature, and a repeated step sends the same id', async () => {
  const { callStep, deps, secret, clock, order } = await called();
  expect(await callStep()).toEqual({
    ...{ outcome: 'done', made: null, facts: null, message: 'The webhook responded with status 204.' },
  });
  clock.pass(1_000);
  await callStep();
  await callStep({ step: '3' });
  const [first, again, other] = deps.sent;
  expect(deps.sent).toHaveLength(3);
  expect(first).toMatchObject({ method: 'POST', url, timeoutMs: 15_000 });
  const idOf = (request: typeof first) => request?.headers?.['webhook-id'];
  expect(idOf(again)).toBe(idOf(first));
  expect(idOf(other)).not.toBe(idOf(first));
  expect(again?.body).toBe(first?.body);
  expect(new Webhook(secret).verify(String(first?.body), { ...first?.headers })).toEqual({
    type: 'automation.call',
    timestamp: order.triggeredAt,
    data: {
      ...{ workspaceId: owner.workspaceId, automationId, automationName: 'Notify the shop' },
      ...{ runId: order.runId, step: '2', values: { title: 'Spring' } },
    },
  });
});

test('a call times out when its order expires, and an expired order makes no call', async () => {
  const { callStep, deps, clock } = await called();
  clock.pass(16_000);
  await callStep();
  expect(deps.sent[0]?.timeoutMs).toBe(4_000);
  clock.pass(4_000);
  expect(await callStep()).toEqual({ outcome: 'too_late' });
  expect(deps.sent).toHaveLength(1);
});

test.each([
  [answered(500), 'webhook_failed', 'The webhook responded with status 500.'],
  [answered(302), 'webhook_failed', 'The webhook responded with status 302.'],
  [answered(410), 'webhook_failed', 'The webhook responded with status 410.'],
  [notAnswered('timed_out', 'timed_out'), 'webhook_unanswered', 'The webhook did not respond in time.'],
])('a call that does not succeed is refused and not retried', async (answer, code, message) => {
  const { callStep, deps } = await called();
  deps.answers.splice(0, 1, answer);
  expect(await callStep()).toEqual({ outcome: 'refused', code, message });
  expect(deps.sent).toHaveLength(1);
});

test('no call is made to an unavailable webhook, without permission, with too large a payload or after a stop', async () => {
  const { callStep, call, deps, webhookId, happened } = await called();
  const isRefused = async (code: string, said: object = {}, more: object = {}) => {
    expect(await callStep(said, more)).toMatchObject({ outcome: 'refused', code });
  };
  await isRefused('role_lacks_permission', {
    by: { personId: owner.personId, people: [owner.personId], role: 'manager' },
  });
  await isRefused('webhook_not_found', { workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' });
  const long = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, 'x'.repeat(4_000)]));
  await isRefused('payload_too_large', {}, { values: long });
  await call(contract.disableWebhook, { path: { webhookId } });
  await isRefused('webhook_disabled');
  await call(contract.enableWebhook, { path: { webhookId } });
  await happened(PublishingStopped, 'stop', 1, { accountId: null, reason: 'x' });
  await isRefused('publishing_stopped');
  await call(contract.deleteWebhook, { path: { webhookId } });
  await isRefused('webhook_not_found');
  expect(deps.sent).toEqual([]);
});
