import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { PostFailed, PostPublished, PublishingResumed, PublishingStopped } from '#events/posts.ts';
import { leaseMs } from '#functions/platform/domain/webhook-delivery.ts';
import { eraseWorkspace } from '#functions/platform/privacy/erase-workspace.ts';
import * as contract from '#functions/platform/webhooks/contract.ts';
import { newId } from '#shared/ids.ts';
import { workspaceItems } from '#shared/privacy/erase-workspace.ts';
import { owner } from '#test/support/http-event.ts';
import { accountId, answered, harness, notAnswered, published, url } from '../harness.ts';

const { workspaceId } = owner;
const hour = 3_600;

/** A webhook and one event to be delivered to it. */
const one = async (body: object = {}) => {
  const platform = harness();
  const webhook = await platform.made(body);
  const postId = await platform.publish();
  const [message = ''] = platform.messages();
  return {
    ...platform,
    webhook,
    postId,
    message,
    /** The current state of its delivery. */
    now: async () => {
      const delivery = (await platform.delivery(webhook.id)).findLast(
        ({ eventType }) => eventType === 'post.published',
      );
      if (!delivery) throw new Error('no delivery');
      return delivery;
    },
  };
};

describe('an event', () => {
  test('is delivered once, signed, however often it is received', async () => {
    const { deps, message, messages, happened, postId, receive, webhook, now } = await one();
    deps.answers.push(answered(204, { body: Buffer.alloc(0) }));
    for (let time = 0; time < 3; time += 1) await happened(PostPublished, postId, 3, published);
    expect(messages()).toHaveLength(1);
    expect(await receive(message, message)).toContain('done');
    expect(await receive(message)).toEqual(['done']);
    expect(deps.sent).toHaveLength(1);
    const [sent] = deps.sent;
    expect(sent).toMatchObject({ method: 'POST', url, answer: { maxBytes: 1024, longer: 'cut' } });
    const delivery = await now();
    expect(sent?.headers).toMatchObject({ 'webhook-id': delivery.id, 'content-type': 'application/json' });
    expect(String(sent?.body)).toBe(delivery.payload);
    // The test's clock is not the library's, so the expected signature is computed for the time that was sent.
    const at = new Date(Number(sent?.headers?.['webhook-timestamp']) * 1000);
    expect(sent?.headers?.['webhook-signature']).toContain(
      new Webhook(webhook.secret).sign(delivery.id, at, delivery.payload),
    );
    expect(delivery).toMatchObject({
      status: 'delivered',
      failure: null,
      attempts: [{ outcome: 'answered', status: 204, reply: null }],
    });
    expect(deps.logged).toHaveLength(1);
    expect(JSON.stringify(deps.logged)).not.toContain(url);
  });

  test('is delivered to each enabled webhook that subscribes to its type, and to no other', async () => {
    const { made, call, publish, happened, delivery, clock } = harness();
    const [all, wanting, other, off] = [
      await made(),
      await made({ eventTypes: ['post.published', 'post.held'] }),
      await made({ eventTypes: ['post.failed'] }),
      await made(),
    ];
    await call(contract.disableWebhook, { path: { webhookId: off.id } });
    await publish();
    const reason = { code: 'x_rejected', reason: 'X rejected it.' };
    await happened(PostFailed, newId('pst', clock.now()), 2, { accountId, campaignId: null, ...reason });
    const types = async ({ id }: { id: string }) => (await delivery(id)).map(({ eventType }) => eventType).sort();
    expect(await types(all)).toEqual(['post.failed', 'post.published']);
    expect(await types(wanting)).toEqual(['post.published']);
    expect(await types(other)).toEqual(['post.failed']);
    expect(await types(off)).toEqual([]);
  });

  test('that is older than its webhook, or weeks old, is not delivered', async () => {
    const { made, happened, messages, clock } = harness();
    const { id } = await made();
    await happened(PostPublished, newId('pst', clock.now()), 3, published, '2026-11-22T11:59:59.999Z');
    clock.pass(29 * 86_400_000);
    await happened(PostPublished, newId('pst', clock.now()), 3, published, '2026-11-22T12:30:00Z');
    expect(messages()).toEqual([]);
    expect(id).toMatch(/^whk_/);
  });
});

describe('a delivery', () => {
  test('is retried on schedule with the same id, and fails after eight attempts', async () => {
    const { deps, receive, message, clock, now } = await one();
    deps.answers.push(answered(500));
    const waits: unknown[] = [];
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      const [wait] = await receive(message);
      waits.push(wait);
      if (typeof wait === 'number') clock.pass(wait * 1000);
    }
    expect(waits).toEqual([5, 300, 1_800, 2 * hour, 5 * hour, 10 * hour, 10 * hour, 'done']);
    expect(new Set(deps.sent.map(({ headers }) => headers?.['webhook-id'])).size).toBe(1);
    expect(new Set(deps.sent.map(({ headers }) => headers?.['webhook-timestamp'])).size).toBe(8);
    expect(await now()).toMatchObject({ status: 'failed', failure: 'attempts_exhausted', nextAttemptAt: null });
    expect((await now()).attempts).toHaveLength(8);
  });

  test.each([
    ['a redirect', answered(308, { headers: { location: 'https://127.0.0.1/' } }), { status: 308 }],
    [
      'an address that is private at the second look',
      notAnswered('refused_address', 'address_not_public'),
      { status: null },
    ],
    ['a server that hangs', notAnswered('timed_out'), { outcome: 'timed_out' }],
    ['no connection', notAnswered('unreachable', 'econnrefused'), { reason: 'econnrefused' }],
    ['a certificate of another', notAnswered('tls_failed'), { outcome: 'tls_failed' }],
  ])('is retried after %s', async (_, outcome, attempt) => {
    const { deps, receive, message, now } = await one();
    deps.answers.push(outcome);
    expect(await receive(message)).toEqual([5]);
    expect(await now()).toMatchObject({ status: 'waiting', attempts: [attempt], made: 1 });
  });

  test('is not retried early when its message arrives before its time', async () => {
    const { deps, receive, message, clock } = await one();
    deps.answers.push(answered(500));
    await receive(message);
    clock.pass(2_000);
    expect(await receive(message)).toEqual([3]);
    expect(deps.sent).toHaveLength(1);
  });

  test('is retried after the Retry-After of the server, and other deliveries to that webhook wait as well', async () => {
    const { deps, receive, message, messages, publish } = await one();
    deps.answers.push(answered(429, { headers: { 'retry-after': '120' } }), answered(200));
    expect(await receive(message)).toEqual([120]);
    await publish();
    expect(await receive(messages()[1] ?? '')).toEqual([119]);
    expect(deps.sent).toHaveLength(1);
  });

  test('that fails through an error of our own stays in the queue and is retried after its lease', async () => {
    const { deps, receive, message, clock, now } = await one();
    deps.answers.push(() => Promise.reject(new Error('out of memory')), answered(200));
    expect(await receive(message)).toEqual(['failed']);
    // The attempt may still be under way: its lease blocks others.
    clock.pass(30_000);
    expect(await receive(message)).toEqual([30]);
    clock.pass(leaseMs);
    expect(await receive(message)).toEqual(['done']);
    expect(deps.sent.map(({ headers }) => headers?.['webhook-id'])).toEqual([(await now()).id, (await now()).id]);
  });

  test('is attempted once when its message is processed five times concurrently', async () => {
    const { deps, receive, message } = await one();
    deps.answers.push(answered(200));
    const outcomes = await receive(...Array.from({ length: 5 }, () => message));
    expect(outcomes.filter((each) => each === 'done')).toHaveLength(1);
    expect(deps.sent).toHaveLength(1);
  });
});

describe('a webhook that is slow', () => {
  test('is paused, then tried with one delivery, and gets the rest once that succeeds', async () => {
    const { deps, receive, publish, messages, clock } = await one();
    for (let more = 0; more < 4; more += 1) await publish();
    deps.answers.push(notAnswered('timed_out'), notAnswered('timed_out'), answered(200));
    const [first = '', ...others] = messages();
    expect(await receive(first)).toEqual([5]);
    // None of the others is sent during the pause.
    expect(await receive(...others)).toEqual([5, 5, 5, 5]);
    clock.pass(5_000);
    const trial = await receive(first, ...others);
    expect(deps.sent).toHaveLength(2);
    expect(trial.filter((each) => each === 20)).toHaveLength(4);
    clock.pass(320_000);
    await receive(first, ...others);
    expect(deps.sent).toHaveLength(3);
    clock.pass(20_000);
    expect(await receive(first, ...others)).toEqual(Array.from({ length: 5 }, () => 'done'));
    expect(deps.sent).toHaveLength(7);
  });

  test('lets a delivery expire after 36 hours', async () => {
    const { receive, message, clock, now } = await one();
    clock.pass(36 * hour * 1000);
    expect(await receive(message)).toEqual(['done']);
    expect(await now()).toMatchObject({ status: 'failed', failure: 'expired' });
  });

  test('does not delay other webhooks', async () => {
    const { deps, receive, publish, messages, made } = await one();
    deps.answers.push(notAnswered('timed_out'), answered(200));
    await receive(messages()[0] ?? '');
    await made({ eventTypes: ['post.published'], url: 'https://other.example.com/' });
    await publish();
    const outcomes = await receive(...messages().slice(1));
    expect(outcomes.sort()).toEqual([4, 'done']);
    expect(deps.sent.at(-1)?.url).toBe('https://other.example.com/');
  });
});

describe('a webhook gets no more deliveries', () => {
  test('once it answers 410', async () => {
    const { deps, receive, message, told, call, webhook, now } = await one();
    deps.answers.push(answered(410));
    expect(await receive(message)).toEqual(['done']);
    expect(await now()).toMatchObject({ status: 'failed', failure: 'gone' });
    expect(told().at(-1)).toEqual(['webhook.disabled', { host: 'hooks.example.com', cause: 'gone' }]);
    const { body } = await call(contract.getWebhook, { path: { webhookId: webhook.id } });
    expect(body).toMatchObject({ status: 'disabled', disabled: { cause: 'gone' } });
  });

  test('after five days of failures; webhook.failing is emitted after one day, and a success restarts the count', async () => {
    const { deps, receive, publish, messages, clock, told, call, webhook } = await one();
    const isToldOf = () => told().flatMap(([type]) => (/failing|disabled/.test(type) ? [type] : []));
    const attempt = async (status: number) => {
      deps.answers.splice(0, deps.answers.length, answered(status));
      await publish();
      await receive(messages().at(-1) ?? '');
    };
    await attempt(500);
    clock.pass(23 * hour * 1000);
    await attempt(404);
    expect(isToldOf()).toEqual([]);
    clock.pass(hour * 1000);
    await attempt(500);
    await attempt(500);
    expect(isToldOf()).toEqual(['webhook.failing']);
    await attempt(200);
    clock.pass(4 * 24 * hour * 1000);
    await attempt(500);
    clock.pass(24 * hour * 1000);
    await attempt(500);
    expect(isToldOf()).toEqual(['webhook.failing', 'webhook.failing']);
    clock.pass(4 * 24 * hour * 1000);
    await attempt(500);
    expect(isToldOf()).toEqual(['webhook.failing', 'webhook.failing', 'webhook.disabled']);
    const path = { webhookId: webhook.id };
    expect((await call(contract.getWebhook, { path })).body).toMatchObject({ disabled: { cause: 'failing' } });
    expect((await call(contract.enableWebhook, { path })).body).toMatchObject({
      status: 'enabled',
      failingSince: null,
    });
    await attempt(500);
    expect((await call(contract.getWebhook, { path })).body).toMatchObject({ status: 'enabled' });
  });

  test.each([
    ['disableWebhook', 'webhook_disabled'],
    ['deleteWebhook', 'webhook_deleted'],
  ] as const)('once a member requests it: %s', async (operation, failure) => {
    const { deps, receive, message, call, webhook, now } = await one();
    await call(contract[operation], { path: { webhookId: webhook.id } });
    expect(await receive(message)).toEqual(['done']);
    expect(await now()).toMatchObject({ status: 'failed', failure });
    expect(deps.sent).toEqual([]);
  });

  test('while publishing is stopped in its workspace, but still gets them while only an account is stopped', async () => {
    const { deps, receive, message, messages, happened, publish, now } = await one();
    deps.answers.push(answered(200));
    await happened(PublishingStopped, accountId, 1, { accountId });
    await happened(PublishingStopped, workspaceId, 2, { accountId: null });
    await happened(PublishingResumed, workspaceId, 1, { accountId: null, policy: { kind: 'skip' } });
    expect(await receive(message)).toEqual(['done']);
    expect(await now()).toMatchObject({ failure: 'publishing_stopped' });
    await happened(PublishingResumed, workspaceId, 3, { accountId: null, policy: { kind: 'skip' } });
    await publish();
    await receive(...messages());
    expect(deps.sent.map(({ body }) => (JSON.parse(String(body)) as { type: string }).type)).toContain(
      'post.published',
    );
    await happened(PublishingStopped, accountId, 4, { accountId });
    await publish();
    expect(await receive(messages().at(-1) ?? '')).toEqual(['done']);
  });

  test('once its workspace is erased', async () => {
    const { deps, receive, message, table, items, run } = await one();
    const erase = eraseWorkspace(workspaceItems(table));
    const origin = { actor: { type: 'system' as const, id: 'platform' }, correlationId: 'x', execution: 'x' };
    const outcomes = [];
    for (let step = 0; step < 9 && items.size > 0; step += 1) outcomes.push(await erase.run({ workspaceId }, origin));
    expect(outcomes[0]).toEqual({ outcome: 'more' });
    expect(await run('platform.eraseWorkspace', { workspaceId })).toEqual({ outcome: 'done' });
    expect(items.size).toBe(0);
    expect(await receive(message)).toEqual(['done']);
    expect(deps.sent).toEqual([]);
  });
});

test('a malformed message fails without failing the others in its batch', async () => {
  const { deps, receive, message } = await one();
  deps.answers.push(answered(200));
  expect(await receive('{}', message, 'nothing')).toEqual(['failed', 'done', 'failed']);
});
