// @module-tag long
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { AccountView } from '#functions/accounts/views.ts';
import { PostView } from '#functions/posts/views.ts';
import { eventually, Marketer, newXUser } from '#infra/local/marketer.ts';
import { send, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import { becomes, publish, read, write } from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';
import { tellX } from '../support/integration/x.ts';

const maya = new Marketer(stage, 'maya');
let username = '';
let accountId = '';
const account = () => maya.do(AccountView, 'GET', `/v1/accounts/${accountId}`);
beforeAll(async () => {
  await maya.join();
  username = await newXUser(stage);
  accountId = await maya.connect(username);
  // The workflow registers the webhook, which X checks through the front door, and subscribes for the account.
  // Accounts connected earlier come first, and the other tests connect a hundred.
  const isCovered = async () => ((await account()).activity === 'covered' ? true : undefined);
  await eventually('X covers the account', isCovered, { withinMs: 300_000 });
});

test('a post that is deleted on X is marked as taken down', async () => {
  const post = await write(maya, accountId, `Deleted by hand ${username}`);
  await publish(maya, post);
  await becomes(maya, post, 'published');
  const xPostId = (await read(maya, post)).publication?.parts[0]?.xPostId ?? '';
  await tellX('DELETE', `posts/${xPostId}`);
  await eventually('the post is marked', async () => {
    const { takenDownAt } = await maya.do(PostView, 'GET', `/v1/posts/${post.id}`);
    return takenDownAt ?? undefined;
  });
});

test('a mention that X delivers three times publishes one event', async () => {
  const { workspaceId } = await whereIs(maya);
  await using spy = await spyOn(workspaceId);
  const stranger = await newXUser(stage);
  await tellX('PATCH', 'deliveries', { times: 3 });
  const posted = await tellX('POST', 'posts', { username: stranger, text: `Hello @${username}` });
  await tellX('PATCH', 'deliveries', {});
  const { id } = z.object({ id: z.string() }).parse(posted);
  const Answers = z.object({ deliveries: z.array(z.object({ answers: z.array(z.number().nullable()) })) });
  await eventually('three deliveries', async () => {
    const { deliveries } = Answers.parse(await tellX('GET', 'deliveries'));
    return deliveries.at(-1)?.answers.filter((status) => status === 200).length === 3 ? true : undefined;
  });
  const mentions = await spy.hears('the mention', ({ type }) => type === 'mention.received');
  expect(mentions).toMatchObject([{ entityId: id, data: { accountId, postId: null } }]);
});

test('a delivery with a forged signature is rejected with x_signature_invalid', async () => {
  const body = JSON.stringify({ data: { event_uuid: '1', event_type: 'oauth.revoke', filter: {}, payload: {} } });
  const headers = { 'content-type': 'application/json', 'x-twitter-webhooks-signature': 'sha256=Zm9yZ2Vk' };
  const answer = await send('POST', '/v1/x/webhook', { body, headers });
  expect(answer).toMatchObject({ status: 403, body: { code: 'x_signature_invalid' } });
});

test('an account whose access is revoked at X needs reconnecting', async () => {
  await tellX('POST', 'revoke', { username });
  await eventually('the account has to be connected again', async () =>
    (await account()).health === 'reconnect_needed' ? true : undefined,
  );
});
