import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as platform from '#functions/platform/contract.ts';
import { exportSections } from '#functions/platform/privacy/export-person.ts';
import { routes } from '#functions/platform/routes.ts';
import * as contract from '#functions/platform/webhooks/contract.ts';
import * as deliveries from '#functions/platform/webhooks/delivery-contract.ts';
import { routeKey } from '#shared/http/operation.ts';
import { owner } from '#test/support/http-event.ts';
import { answered, harness, noon, url } from '../harness.ts';

const View = z.looseObject({ id: z.string(), version: z.number(), status: z.string() });

test('every operation of the contract has a route', async () => {
  const { deps } = harness();
  const nothing = () => Promise.reject(new Error('not asked for'));
  const status = { services: nothing, answers: nothing, figures: nothing, openApi: nothing, elapsed: () => 0 };
  const all = await Promise.all(
    routes({ ...deps, ...status }).map(async (each) => ('load' in each ? each.load() : [each])),
  );
  const carriedOut = all.flat().map(({ operation }) => routeKey(operation));
  expect(carriedOut.sort()).toEqual(platform.operations.map(routeKey).sort());
});

describe('a webhook', () => {
  test('is created with a secret that is shown only once', async () => {
    const { call, deps, items, made, told } = harness();
    const body = { url, description: 'For the CRM', eventTypes: ['post.published'] };
    const answer = await call(contract.createWebhook, { body });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) as string,
      webhook: {
        ...body,
        ...{ status: 'enabled', disabled: null, failingSince: null, createdBy: { type: 'person', id: owner.personId } },
        publicKeys: [
          {
            publicKey: expect.stringMatching(/^whpk_[A-Za-z0-9+/]{43}=$/) as string,
            createdAt: noon.toISOString(),
            validUntil: null,
          },
        ],
      },
    });
    const { secret, webhook } = z
      .object({ secret: z.string(), webhook: z.object({ id: z.string() }) })
      .parse(answer.body);
    // Neither the table nor an event nor another response contains it.
    expect(JSON.stringify([...items.values()])).not.toContain(secret.slice(6));
    const read = await call(contract.getWebhook, { path: { webhookId: webhook.id } });
    expect(read.raw).not.toContain('whsec_');
    expect(read.raw).not.toContain('sealed');
    expect(told()).toEqual([['webhook.created', { host: 'hooks.example.com', eventTypes: ['post.published'] }]]);
    expect((await made()).secret).not.toBe(secret);
    expect(await deps.webhooks.find('wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W', webhook.id)).toBeUndefined();
  });

  test.each<[string, object, string, string]>([
    ['a private address', { url: 'https://169.254.169.254/latest' }, 'address_refused', 'address_not_public'],
    [
      'Lambda’s own address',
      { url: 'https://127.0.0.1:9001/2018-06-01/runtime' },
      'address_refused',
      'address_not_public',
    ],
    ['a number for a host', { url: 'https://2130706433/' }, 'address_refused', 'address_not_public'],
    ['our own address', { url: 'https://platform.example.com/v1/hooks/x' }, 'address_refused', 'own_address'],
    ['http', { url: 'http://hooks.example.com/' }, 'address_refused', 'https_required'],
    ['another port', { url: 'https://hooks.example.com:8443/' }, 'address_refused', 'port_not_allowed'],
    ['a password', { url: 'https://a:b@hooks.example.com/' }, 'address_refused', 'credentials_in_url'],
    ['no URL', { url: 'hooks' }, 'invalid_body', 'invalid_format'],
    ['an event that is not public', { url, eventTypes: ['mail.requested'] }, 'invalid_body', 'invalid_value'],
    ['no events at all', { url, eventTypes: [] }, 'invalid_body', 'too_small'],
    ['an event twice', { url, eventTypes: ['post.failed', 'post.failed'] }, 'invalid_body', 'custom'],
  ])('is refused with %s', async (_, body, code, field) => {
    const { call } = harness();
    const answer = await call(contract.createWebhook, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ code, fields: [{ code: field }] });
  });

  test('is refused with too_many_webhooks beyond twenty, until one is deleted', async () => {
    const { call, made } = harness();
    const first = await made();
    for (let more = 1; more < 20; more += 1) await made();
    expect(await call(contract.createWebhook, { body: { url } })).toMatchObject({
      status: 409,
      body: { code: 'too_many_webhooks' },
    });
    await call(contract.deleteWebhook, { path: { webhookId: first.id } });
    expect((await call(contract.createWebhook, { body: { url } })).status).toBe(201);
  });

  test('is changed only with its current version in If-Match', async () => {
    const { call, made, told } = harness();
    const { id: webhookId } = await made();
    const change = (tag: string, body: object) =>
      call(contract.changeWebhook, { path: { webhookId }, body, headers: { 'if-match': tag } });
    expect((await call(contract.changeWebhook, { path: { webhookId }, body: { url } })).status).toBe(428);
    expect((await change('"v2"', { description: 'x' })).status).toBe(412);
    expect(await change('"v1"', { url: 'https://[::1]/' })).toMatchObject({ body: { code: 'address_refused' } });
    const changed = await change('"v1"', { url: 'https://other.example.com/', eventTypes: ['post.failed'] });
    expect(changed).toMatchObject({ status: 200, headers: { etag: '"v2"' }, body: { description: null } });
    expect(told().slice(1)).toEqual([['webhook.changed', { host: 'other.example.com', eventTypes: ['post.failed'] }]]);
  });

  test('is listed newest first, disabled, enabled and deleted', async () => {
    const { ask, call, made, clock, told } = harness();
    const [older, newer] = [await made(), (clock.pass(5), await made())];
    const list = async () =>
      (await ask(contract.listWebhooks, z.object({ items: z.array(View) }))).body.items.map(({ id }) => id);
    expect(await list()).toEqual([newer.id, older.id]);
    const path = { webhookId: older.id };
    for (let time = 0; time < 2; time += 1) {
      const disabled = await call(contract.disableWebhook, { path });
      expect(disabled.body).toMatchObject({ status: 'disabled', disabled: { cause: 'requested' }, version: 2 });
    }
    for (let time = 0; time < 2; time += 1) {
      expect((await call(contract.enableWebhook, { path })).body).toMatchObject({ status: 'enabled', version: 3 });
    }
    expect((await call(contract.deleteWebhook, { path })).status).toBe(204);
    expect((await call(contract.deleteWebhook, { path })).status).toBe(404);
    expect((await call(contract.getWebhook, { path })).body).toMatchObject({ code: 'webhook_not_found' });
    expect(await list()).toEqual([newer.id]);
    expect(told().map(([type]) => type)).toEqual([
      ...['webhook.created', 'webhook.created', 'webhook.disabled', 'webhook.enabled', 'webhook.deleted'],
    ]);
  });

  test('of another workspace is not found', async () => {
    const { call, made } = harness();
    const { id: webhookId } = await made();
    const as = { ...owner, workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    const onWebhook = [...contract.operations, ...deliveries.operations].filter(({ path }) =>
      path.includes('{webhookId}'),
    );
    expect(onWebhook).toHaveLength(11);
    for (const operation of onWebhook) {
      const deliveryId = 'dlv_01KATJ9V5H8Q3M4N5P6R7S8T9V';
      const path = { webhookId, ...(operation.path.includes('{deliveryId}') && { deliveryId }) };
      const body = { changeWebhook: { description: 'x' }, replayFailedDeliveries: { since: noon.toISOString() } };
      const sent = { path, as, headers: { 'if-match': '*' } };
      const answer = await call(operation, {
        ...sent,
        ...(operation.id in body && { body: body[operation.id as keyof typeof body] }),
      });
      expect(answer, operation.id).toMatchObject({ status: 404, body: { code: 'webhook_not_found' } });
    }
  });

  test('has its secret rotated; the previous key stays valid for a day, and at most three keys are kept', async () => {
    const { call, made, clock, told } = harness();
    const { id: webhookId, secret } = await made();
    clock.pass(1000);
    const rotated = await call(contract.rotateWebhookSecret, { path: { webhookId } });
    const { publicKeys } = z
      .object({ webhook: z.object({ publicKeys: z.array(z.object({ validUntil: z.string().nullable() })) }) })
      .parse(rotated.body).webhook;
    expect(publicKeys.map(({ validUntil }) => validUntil)).toEqual([null, '2026-11-23T12:00:01.000Z']);
    expect(rotated.raw).not.toContain(secret);
    expect(told().at(-1)).toEqual(['webhook.secret_rotated', { previousValidUntil: '2026-11-23T12:00:01.000Z' }]);
    // Only the newest three are kept.
    for (let time = 0; time < 3; time += 1) await call(contract.rotateWebhookSecret, { path: { webhookId } });
    const keys = async () =>
      z
        .object({ publicKeys: z.array(z.unknown()) })
        .parse((await call(contract.getWebhook, { path: { webhookId } })).body).publicKeys.length;
    expect(await keys()).toBe(3);
    clock.pass(86_400_000);
    expect(await keys()).toBe(1);
  });
});

describe('deliveries', () => {
  const sendOne = async (status: number) => {
    const platform = harness();
    const { id: webhookId } = await platform.made();
    platform.deps.answers.push(answered(status, { body: Buffer.from('said\u0000') }));
    await platform.publish();
    await platform.receive(...platform.messages());
    const [delivery] = await platform.delivery(webhookId);
    if (!delivery) throw new Error('no delivery');
    return { ...platform, webhookId, delivery, path: { webhookId, deliveryId: delivery.id } };
  };

  test('are listed, filtered by status and event type, and read with their payload', async () => {
    const { call, webhookId, path, publish } = await sendOne(200);
    await publish();
    const list = async (query: Record<string, string>) =>
      z
        .object({ items: z.array(z.looseObject({ status: z.string() })) })
        .parse((await call(deliveries.listWebhookDeliveries, { path: { webhookId }, query })).body).items;
    expect((await list({})).map(({ status }) => status)).toEqual(['waiting', 'delivered']);
    expect(await list({ status: 'delivered' })).toHaveLength(1);
    expect(await list({ status: 'failed' })).toHaveLength(0);
    expect(await list({ eventType: 'post.failed' })).toHaveLength(0);
    expect(await list({ eventType: 'post.published', status: 'waiting' })).toHaveLength(1);
    expect((await list({}))[0]).not.toHaveProperty('payload');
    const { body } = await call(deliveries.getWebhookDelivery, { path });
    expect(body).toMatchObject({
      status: 'delivered',
      payload: expect.stringContaining('"type":"post.published"') as string,
      attempts: [{ outcome: 'answered', status: 200, milliseconds: 20, reply: 'said\ufffd' }],
    });
    const missing = { path: { webhookId, deliveryId: 'dlv_01KATJ9V5H8Q3M4N5P6R7S8T9V' } };
    expect(await call(deliveries.getWebhookDelivery, missing)).toMatchObject({
      status: 404,
      body: { code: 'webhook_delivery_not_found' },
    });
  });

  test('are replayed with the same id, but not while they are waiting', async () => {
    const { call, path, deps, messages, receive } = await sendOne(200);
    expect((await call(deliveries.replayWebhookDelivery, { path })).body).toMatchObject({ status: 'waiting' });
    expect(await call(deliveries.replayWebhookDelivery, { path })).toMatchObject({
      status: 409,
      body: { code: 'delivery_still_waiting' },
    });
    expect(messages()).toHaveLength(2);
    expect(await receive(...messages())).toEqual(['done', 1].sort().reverse());
    expect(deps.sent.map(({ headers }) => headers?.['webhook-id'])).toEqual([path.deliveryId, path.deliveryId]);
  });

  test('that failed since a given time are replayed together, at most a hundred per request', async () => {
    const { call, webhookId, publish, receive, messages, deps, clock, delivery } = await sendOne(500);
    for (let more = 0; more < 101; more += 1) await publish();
    deps.retrySeconds = [];
    await receive(...messages());
    clock.pass(10_000);
    await receive(...messages());
    const failed = async () => (await deps.deliveries.failedSince(delivery, noon, 200)).items.length;
    expect(await failed()).toBe(102);
    const replay = async (since: string) =>
      (await call(deliveries.replayFailedDeliveries, { path: { webhookId }, body: { since } })).body;
    expect(await replay('2026-11-23T00:00:00Z')).toMatchObject({ replayed: 0, hasMore: false });
    // Leaves out the first, which was requested a second after noon.
    expect(await replay('2026-11-22T12:00:01.500Z')).toMatchObject({ replayed: 100, hasMore: true });
    expect(await replay('2026-11-22T12:00:01.500Z')).toMatchObject({ replayed: 1, hasMore: false });
    expect(await failed()).toBe(1);
  });

  test('can be neither tested nor replayed while the webhook is disabled', async () => {
    const { call, path, webhookId } = await sendOne(200);
    await call(contract.disableWebhook, { path: { webhookId } });
    const asked = [
      await call(deliveries.testWebhook, { path: { webhookId } }),
      await call(deliveries.replayWebhookDelivery, { path }),
      await call(deliveries.replayFailedDeliveries, { path: { webhookId }, body: { since: noon.toISOString() } }),
    ];
    for (const answer of asked) expect(answer).toMatchObject({ status: 409, body: { code: 'webhook_disabled' } });
  });

  test('include a test event on request', async () => {
    const { call, webhookId, deps, receive, messages } = await sendOne(200);
    const answer = await call(deliveries.testWebhook, { path: { webhookId } });
    expect(answer).toMatchObject({ status: 202, body: { eventType: 'webhook.test', status: 'waiting' } });
    await receive(...messages());
    expect(JSON.parse(String(deps.sent.at(-1)?.body))).toMatchObject({
      type: 'webhook.test',
      data: { entityId: webhookId, details: {} },
    });
  });
});

test('a webhook is in the data export of its creator only', async () => {
  const { made, items } = harness();
  const { id } = await made();
  const [section] = exportSections;
  const item = [...items.values()].find(({ type }) => type === 'webhook') ?? {};
  expect(section?.shareOf(item, owner.personId)).toMatchObject({ webhookId: id, url });
  expect(section?.shareOf(item, 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W')).toBeUndefined();
});
