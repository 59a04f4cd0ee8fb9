import { createPublicKey, verify } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { createWebhook, getWebhook, rotateWebhookSecret } from '#functions/platform/webhooks/contract.ts';
import {
  getWebhookDelivery,
  listWebhookDeliveries,
  replayFailedDeliveries,
  testWebhook,
} from '#functions/platform/webhooks/delivery-contract.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { type ArrivedRequest, type OtherServer, otherServer } from '#test/support/outside-world.ts';
import { expectProblem } from '../support/integration/answers.ts';
import { becomes, publish, write } from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';

const maya = new Marketer(stage);

beforeAll(async () => {
  await maya.join();
});

/** A webhook to an external server. */
const subscribed = async (server: OtherServer, body: object = {}) => {
  const made = await maya.do(createWebhook.response, 'POST', '/v1/webhooks', { url: server.url, ...body });
  const path = `/v1/webhooks/${made.webhook.id}`;
  const deliveries = async (query = '') =>
    (await maya.do(listWebhookDeliveries.response, 'GET', `${path}/deliveries${query}`)).items;
  return {
    secret: made.secret,
    path,
    deliveries,
    now: () => maya.do(getWebhook.response, 'GET', path),
    test: () => maya.do(testWebhook.response, 'POST', `${path}/test`),
    /** Waits until its only delivery has this status, after at least this many attempts. */
    ends: (status: string, attempts: number) =>
      eventually(`a delivery that is ${status} after ${attempts} attempts`, async () => {
        const [delivery] = await deliveries();
        return delivery?.status === status && delivery.attempts.length >= attempts ? delivery : undefined;
      }),
  };
};

const Event = z.object({ type: z.string(), timestamp: z.string(), data: z.looseObject({ entityId: z.string() }) });
const verified = (secret: string, { body, headers }: ArrivedRequest) =>
  Event.parse(new Webhook(secret).verify(body, headers as Record<string, string>));

const arrivals = (server: OtherServer, count: number) =>
  eventually(`${count} requests`, async () => {
    const requests = await server.requests();
    return requests.length >= count ? requests : undefined;
  });

test('a consumer verifies the events of a published post, and a delivery with the old and the rotated secret', async () => {
  const server = otherServer(stage, 'consumer');
  const { secret, path } = await subscribed(server, { eventTypes: ['post.created', 'post.published'] });
  const accountId = await maya.connect(await newXUser(stage));
  const post = await write(maya, accountId, 'Told to everybody who listens.');
  await publish(maya, post);
  await becomes(maya, post, 'published');
  const first = await arrivals(server, 2);
  const told = first.map((request) => verified(secret, request));
  expect(told.map(({ type, data }) => [type, data.entityId]).sort()).toEqual([
    ['post.created', post.id],
    ['post.published', post.id],
  ]);

  const rotated = await maya.do(rotateWebhookSecret.response, 'POST', `${path}/rotate-secret`);
  await maya.do(testWebhook.response, 'POST', `${path}/test`);
  const [, , request] = await arrivals(server, 3);
  if (!request) throw new Error('nothing arrived');
  // The old secret still verifies, until consumers have switched.
  for (const each of [secret, rotated.secret]) expect(verified(each, request).type).toBe('webhook.test');
  expect(() => verified(`whsec_${Buffer.alloc(32).toString('base64')}`, request)).toThrow('No matching signature');
  const x = Buffer.from(rotated.webhook.publicKeys[0]?.publicKey.slice(5) ?? '', 'base64').toString('base64url');
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
  const { 'webhook-id': id, 'webhook-timestamp': at, 'webhook-signature': signatures } = request.headers;
  const isSigned = String(signatures)
    .split(' ')
    .filter((each) => each.startsWith('v1a,'))
    .some((each) =>
      verify(
        null,
        Buffer.from(`${String(id)}.${String(at)}.${request.body.toString()}`),
        key,
        Buffer.from(each.slice(4), 'base64'),
      ),
    );
  expect(isSigned).toBe(true);
  // Nothing was delivered twice.
  const ids = (await server.requests()).map(({ headers }) => headers['webhook-id']);
  expect(new Set(ids).size).toBe(3);
});

test('a failed delivery, even a redirect, is retried under the same id, and can be replayed once retries are exhausted', async () => {
  const server = otherServer(stage, 'unsteady');
  await server.answers(
    { status: 500, body: 'out of order' },
    { status: 302, headers: { location: `${server.url}/elsewhere` } },
    { status: 429, headers: { 'retry-after': '2' } },
    { status: 503 },
  );
  const webhook = await subscribed(server, { eventTypes: ['report.failed'] });
  await webhook.test();
  const failed = await webhook.ends('failed', 8);
  expect(failed).toMatchObject({ failure: 'attempts_exhausted' });
  expect(failed.attempts.slice(0, 4)).toMatchObject([
    { status: 500, reply: 'out of order' },
    { status: 302 },
    { status: 429 },
    { status: 503 },
  ]);
  const [, , limited, after] = failed.attempts.map(({ at }) => Date.parse(at));
  expect((after ?? 0) - (limited ?? 0)).toBeGreaterThanOrEqual(1_900);
  const requests = await server.requests();
  expect(new Set(requests.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([failed.id]));
  expect((await webhook.now()).failingSince).not.toBeNull();

  await server.answers({ status: 204 });
  const since = new Date(Date.parse(failed.createdAt) - 1000).toISOString();
  const replayed = await maya.do(replayFailedDeliveries.response, 'POST', `${webhook.path}/replays`, { since });
  expect(replayed).toMatchObject({ replayed: 1, hasMore: false });
  expect(await webhook.ends('delivered', 9)).toMatchObject({ id: failed.id });
  expect((await webhook.now()).failingSince).toBeNull();
  const read = await maya.do(getWebhookDelivery.response, 'GET', `${webhook.path}/deliveries/${failed.id}`);
  expect(read.payload).toBe(requests[0]?.body.toString());
});

test('a hanging server does not delay other webhooks, and a webhook whose server answers 410 is disabled', async () => {
  const [hanging, other, gone] = [
    otherServer(stage, 'hanging'),
    otherServer(stage, 'other'),
    otherServer(stage, 'gone'),
  ];
  await hanging.answers({ manner: 'silent' });
  await gone.answers({ status: 410 });
  // An event type that does not occur here, unlike the event that a webhook is disabled.
  const rare = { eventTypes: ['report.failed'] };
  const [stuck, quick, ending] = [
    await subscribed(hanging, rare),
    await subscribed(other, rare),
    await subscribed(gone, rare),
  ];
  await stuck.test();
  await arrivals(hanging, 1);
  await quick.test();
  await ending.test();
  expect(await quick.ends('delivered', 1)).toMatchObject({ attempts: [{ status: 200 }] });
  expect(await ending.ends('failed', 1)).toMatchObject({ failure: 'gone', attempts: [{ status: 410 }] });
  await eventually('the end of the webhook', async () =>
    (await ending.now()).disabled?.cause === 'gone' ? true : undefined,
  );
  expectProblem(await maya.call('POST', `${ending.path}/test`), 409, 'webhook_disabled');
  await eventually('the first attempt at the server that hangs', async () => {
    const [delivery] = await stuck.deliveries();
    return delivery?.attempts[0]?.outcome === 'timed_out' ? true : undefined;
  });
  expect((await maya.call('DELETE', stuck.path)).status).toBe(204);
});

test('a webhook to an internal address is rejected with address_refused when it is created', async () => {
  const { port } = new URL(stage.awsEndpointUrl);
  for (const url of [`http://127.0.0.1:${port}/`, 'https://127.0.0.1:9001/', 'https://[::ffff:169.254.169.254]/']) {
    expectProblem(await maya.call('POST', '/v1/webhooks', { url }), 400, 'address_refused');
  }
  // A host name is resolved only when something is sent.
  const webhook = await maya.do(createWebhook.response, 'POST', '/v1/webhooks', { url: 'https://hooks.example.com/' });
  expect(webhook.webhook.status).toBe('enabled');
  expect((await maya.call('DELETE', `/v1/webhooks/${webhook.webhook.id}`)).status).toBe(204);
});
