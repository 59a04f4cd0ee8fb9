import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test, vi } from 'vitest';
import * as z from 'zod';
import type { XSandbox } from '#infra/local/x-sandbox/server.ts';
import { at, call, COFFEE_ID, connect, control, post, sandboxForTest } from './support.ts';

const bearer = 'x-sandbox-app-bearer';
const hmac = (text: string) =>
  `sha256=${createHmac('sha256', 'x-sandbox-consumer-secret').update(text).digest('base64')}`;

interface Arrived {
  body: string;
  signature: string | undefined;
}

/** A webhook that passes X's check if it knows the secret, and refuses the first deliveries. */
const webhookServer = async ({ knowsSecret = true, refusals = 0 } = {}) => {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://webhook');
    if (request.method === 'GET') {
      const token = knowsSecret ? hmac(url.searchParams.get('crc_token') ?? '') : 'sha256=unknown';
      response.end(JSON.stringify({ response_token: token }));
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const signature = request.headers['x-twitter-webhooks-signature'];
      arrived.push({ body: Buffer.concat(chunks).toString(), signature: String(signature) });
      response.writeHead(arrived.length <= refusals ? 503 : 200).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
  const arrivals = (count: number) =>
    vi.waitFor(
      () => {
        expect(arrived.length).toBeGreaterThanOrEqual(count);
        return arrived;
      },
      { timeout: 5_000, interval: 20 },
    );
  return { url, arrivals };
};

const register = async (sandbox: XSandbox, url: string): Promise<string> => {
  const made = await call(sandbox, bearer, 'POST', '/2/webhooks', { url });
  return z.string().parse(at(made.json, 'data', 'id'));
};
const subscribe = (sandbox: XSandbox, token: string, event_type: string, webhook_id: string, user_id?: string) => {
  const filter = user_id === undefined ? {} : { user_id };
  return call(sandbox, token, 'POST', '/2/activity/subscriptions', { event_type, filter, webhook_id });
};

test('a webhook must be https without a port, unless plain webhooks are enabled', async () => {
  const { url } = await webhookServer();
  const strict = await sandboxForTest();
  expect((await call(strict, bearer, 'POST', '/2/webhooks', { url })).status).toBe(400);
  const lenient = await sandboxForTest({ plainWebhooks: true });
  expect((await call(lenient, bearer, 'POST', '/2/webhooks', { url })).status).toBe(200);
});

test('a webhook that does not know the consumer secret is rejected, and a user may not register one', async () => {
  const { url } = await webhookServer({ knowsSecret: false });
  const sandbox = await sandboxForTest({ plainWebhooks: true });
  expect((await call(sandbox, bearer, 'POST', '/2/webhooks', { url })).status).toBe(400);
  const { access_token: token } = await connect(sandbox);
  expect((await call(sandbox, token, 'POST', '/2/webhooks', { url })).status).toBe(403);
});

test('a delivery is signed over its bytes and retried until it is accepted', async () => {
  const { url, arrivals } = await webhookServer({ refusals: 1 });
  const sandbox = await sandboxForTest({ plainWebhooks: true });
  const { access_token: token } = await connect(sandbox);
  const webhookId = await register(sandbox, url);
  expect((await subscribe(sandbox, bearer, 'post.delete', webhookId, COFFEE_ID)).status).toBe(200);
  const { id } = await post(sandbox, token, 'Soon gone');
  await call(sandbox, token, 'DELETE', `/2/tweets/${id}`);
  const [first, second] = await arrivals(2);
  expect(first).toEqual(second);
  expect(first?.signature).toBe(hmac(first?.body ?? ''));
  expect(JSON.parse(first?.body ?? '')).toMatchObject({
    data: { event_type: 'post.delete', filter: { user_id: COFFEE_ID }, payload: { id, author_id: COFFEE_ID } },
  });
});

test('a subscription to private events requires the consent of the user and ends with it', async () => {
  const { url, arrivals } = await webhookServer();
  const sandbox = await sandboxForTest({ plainWebhooks: true });
  const { access_token: token } = await connect(sandbox);
  const webhookId = await register(sandbox, url);
  const mention = (bearerOf: string) => subscribe(sandbox, bearerOf, 'post.mention.create', webhookId, COFFEE_ID);
  expect((await mention(bearer)).status).toBe(403);
  expect((await mention(token)).status).toBe(200);
  expect((await subscribe(sandbox, bearer, 'oauth.revoke', webhookId)).status).toBe(200);
  await control(sandbox, 'POST', 'posts', { username: 'some_reader', text: 'Hi @acme_coffee' });
  await arrivals(1);
  await control(sandbox, 'POST', 'revoke', { username: 'acme_coffee' });
  await control(sandbox, 'POST', 'posts', { username: 'some_reader', text: 'Hi again @acme_coffee' });
  const kinds = (await arrivals(2)).map(({ body }) => at(JSON.parse(body), 'data', 'event_type'));
  expect(kinds).toEqual(['post.mention.create', 'oauth.revoke']);
});

test('an app can have each subscription once, and no more than the maximum', async () => {
  const { url } = await webhookServer();
  const sandbox = await sandboxForTest({ plainWebhooks: true });
  await control(sandbox, 'PATCH', 'settings', { maxSubscriptions: 1 });
  const webhookId = await register(sandbox, url);
  expect((await subscribe(sandbox, bearer, 'post.delete', webhookId, COFFEE_ID)).status).toBe(200);
  expect((await subscribe(sandbox, bearer, 'post.delete', webhookId, COFFEE_ID)).status).toBe(400);
  expect((await subscribe(sandbox, bearer, 'oauth.revoke', webhookId)).status).toBe(403);
  const { json } = await call(sandbox, bearer, 'GET', '/2/activity/subscriptions');
  expect(at(json, 'meta', 'total_subscriptions')).toBe(1);
});

test('an invalid webhook gets no deliveries, and a replay delivers what it missed', async () => {
  const { url, arrivals } = await webhookServer();
  const sandbox = await sandboxForTest({ plainWebhooks: true });
  const { access_token: token } = await connect(sandbox);
  const webhook_id = await register(sandbox, url);
  await subscribe(sandbox, bearer, 'post.delete', webhook_id, COFFEE_ID);
  await control(sandbox, 'PATCH', `webhooks/${webhook_id}`, { valid: false });
  const { id } = await post(sandbox, token, 'Deleted meanwhile');
  await call(sandbox, token, 'DELETE', `/2/tweets/${id}`);
  expect(at((await control(sandbox, 'GET', 'deliveries')).json, 'deliveries')).toEqual([]);
  expect((await call(sandbox, bearer, 'PUT', `/2/webhooks/${webhook_id}`, {})).status).toBe(200);
  const minute = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 12);
  const from_date = new Date(Date.now() - 120_000).toISOString().replaceAll(/\D/g, '').slice(0, 12);
  const asked = await call(sandbox, bearer, 'POST', '/2/webhooks/replay', { webhook_id, from_date, to_date: minute });
  expect(asked.status).toBe(200);
  expect(await arrivals(1)).toHaveLength(1);
});

test('deliveries can be lost, forged and repeated on demand', async () => {
  const { url, arrivals } = await webhookServer();
  const sandbox = await sandboxForTest({ plainWebhooks: true });
  await connect(sandbox);
  const webhookId = await register(sandbox, url);
  await subscribe(sandbox, bearer, 'post.delete', webhookId, COFFEE_ID);
  const removed = async (faults: object) => {
    await control(sandbox, 'PATCH', 'deliveries', faults);
    const made = await control(sandbox, 'POST', 'posts', { username: 'acme_coffee', text: `${Math.random()}` });
    await control(sandbox, 'DELETE', `posts/${String(at(made.json, 'id'))}`);
  };
  await removed({ isLost: true });
  await removed({ isForged: true, times: 2 });
  const [first, second] = await arrivals(2);
  expect(first).toEqual(second);
  expect(first?.signature).not.toBe(hmac(first?.body ?? ''));
});
