import { Webhook } from 'standardwebhooks';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { FeedItemFound, HookReceived } from '#events/platform.ts';
import { createHook, receiveHook } from '#functions/platform/incoming-hooks/contract.ts';
import { eventually, Marketer } from '#infra/local/marketer.ts';
import { otherServer } from '#test/support/outside-world.ts';
import { endOf, start } from '../support/integration/executions.ts';
import { stage } from '../support/integration/stage.ts';

const maya = new Marketer(stage);

beforeAll(async () => {
  await maya.join();
});

const Told = z.object({ type: z.string(), data: z.object({ entityId: z.string(), details: HookReceived.data }) });

test('a delivery signed by the Standard Webhooks library is verified, and forwarded once to a webhook', async () => {
  const server = otherServer(stage, 'automation');
  await maya.do(z.unknown(), 'POST', '/v1/webhooks', { url: server.url, eventTypes: ['hook.received'] });
  const made = await maya.do(createHook.response, 'POST', '/v1/hooks', { name: 'Shop', scheme: 'standard_webhooks' });
  const secret = made.secret ?? '';
  // The signature covers the exact bytes, including whitespace and non-ASCII characters.
  const body = '{ "type": "order.paid",\n  "data": { "city": "Köln 🌸", "total": 59.00 } }';
  const send = async (id: string, sent = body) => {
    const now = new Date();
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    };
    const answer = await fetch(made.hook.url, { method: 'POST', headers, body: sent });
    return { status: answer.status, body: await answer.json() };
  };
  // The index that finds the hook is eventually consistent.
  const first = await eventually('the hook takes it', async () => {
    const answer = await send('msg_1');
    return answer.status === 202 ? receiveHook.response.parse(answer.body) : undefined;
  });
  expect(first).toEqual({ deliveryId: 'msg_1', isRepeated: false });
  expect(await send('msg_1')).toMatchObject({ status: 202, body: { isRepeated: true } });
  expect(await send('msg_2', body.replace('59', '58'))).toMatchObject({
    status: 401,
    body: { code: 'hook_not_verified' },
  });
  expect(await send('msg_3')).toMatchObject({ status: 202, body: { isRepeated: false } });
  const arrived = await eventually('both are told', async () => {
    const requests = await server.requests();
    return requests.length >= 2 ? requests : undefined;
  });
  const told = arrived.map((request) => Told.parse(JSON.parse(request.body.toString())));
  expect(told.map(({ data }) => data.details.deliveryId).sort()).toEqual(['msg_1', 'msg_3']);
  expect(told[0]).toMatchObject({
    type: 'hook.received',
    data: {
      entityId: made.hook.id,
      details: { eventType: 'order.paid', body: { type: 'order.paid', data: { city: 'Köln 🌸', total: 59 } } },
    },
  });
});

test('each new item of a feed is delivered once, and a second poll that is not due reads nothing', async () => {
  const [blog, server] = [otherServer(stage, 'blog'), otherServer(stage, 'reader')];
  const rss = (...ids: number[]) => {
    const items = ids.map((id) => `<item><guid>${id}</guid><title>Item ${id}</title></item>`);
    return `<rss version="2.0"><channel><title>Blog</title>${items.join('')}</channel></rss>`;
  };
  await blog.answers({ status: 200, headers: { etag: '"a"' }, body: rss(2, 1) }, { status: 304 });
  await maya.do(z.unknown(), 'POST', '/v1/webhooks', { url: server.url, eventTypes: ['feed.item_found'] });
  const feed = { name: 'Blog', url: blog.url, tellsFirst: true };
  const { id } = await maya.do(z.object({ id: z.string() }), 'POST', '/v1/feeds', feed);
  const poll = async () => {
    expect(await endOf(await start('poll-feeds', '{}'))).toBe('SUCCEEDED');
  };
  await poll();
  await poll();
  const arrived = await eventually('both items are told', async () => {
    const requests = await server.requests();
    return requests.length >= 2 ? requests : undefined;
  });
  const told = arrived.map(({ body }) =>
    z
      .object({ data: z.object({ entityId: z.literal(id), details: FeedItemFound.data }) })
      .parse(JSON.parse(body.toString())),
  );
  expect(told.map(({ data }) => data.details.title).sort()).toEqual(['Item 1', 'Item 2']);
  // The feed was not due again.
  expect(await blog.requests()).toHaveLength(1);
});
