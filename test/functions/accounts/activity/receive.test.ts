import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { answerXChallenge, receiveXActivity } from '#functions/accounts/activity/contract.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { harness, partOn } from '../harness.ts';
import { type ActivityLab, activityLab, signed } from './lab.ts';

let lab: ActivityLab;
let account: Account;
beforeEach(async () => {
  lab = await activityLab();
  account = await lab.connect('acme_coffee');
  await lab.follow();
});
afterEach(() => lab.close());

const now = () => lab.deps.accounts.get(account.workspaceId, account.id);
const activities = () =>
  lab
    .events()
    .flatMap(({ definition: { type }, detail }) =>
      type.endsWith('.received') || type === 'post.taken_down' ? [{ type, detail }] : [],
    );
const spent = async () =>
  (await lab.deps.usage.find(account.workspaceId, lab.clock.now().toISOString().slice(0, 7)))?.spentMicros ?? 0;
const strangerPost = (text: string, more = {}) =>
  lab.control('POST', 'posts', { username: 'some_reader', text, ...more }) as Promise<{ id: string }>;
const published = async (): Promise<string> => {
  const outcome = await lab.publish(partOn(account));
  return outcome.outcome === 'published' ? outcome.xPostId : '';
};

const delivery = (data: object) =>
  JSON.stringify({
    data: {
      event_uuid: '-7',
      event_type: 'post.mention.create',
      filter: { user_id: account.xUserId },
      payload: { id: '300', author_id: '42', conversation_id: '300', text: '@acme_coffee open?' },
      ...data,
    },
  });
const post = (body: string, signature = signed(body)) =>
  lab.call(receiveXActivity, { body, headers: { 'x-twitter-webhooks-signature': signature }, as: undefined });

test('the challenge is answered as X documents it', async () => {
  const reply = await lab.call(answerXChallenge, { query: { crc_token: 'abc', nonce: 'n' }, as: undefined });
  // printf abc | openssl dgst -sha256 -hmac x-sandbox-consumer-secret -binary | base64
  expect(reply).toMatchObject({
    status: 200,
    body: { response_token: 'sha256=S2aeemwPlvSKgq3LtHcQXCZlnUjVqK4HaRWOCbgV47I=' },
  });
});

describe('a delivery from X', () => {
  test('about a revoked consent sets the account to reconnect_needed', async () => {
    await lab.revokeAtX('acme_coffee');
    await lab.delivered(1);
    expect(await now()).toMatchObject({ health: 'reconnect_needed', status: 'connected' });
    expect(lab.told()).toContainEqual([
      'account.health_changed',
      expect.objectContaining({ health: 'reconnect_needed' }),
    ]);
  });

  test('about a revoked consent changes nothing when consent is given again concurrently', async () => {
    const { accounts } = lab.deps;
    const get = accounts.get.bind(accounts);
    accounts.get = async (...of) => {
      accounts.get = get;
      await lab.connect('acme_coffee');
      return get(...of);
    };
    await lab.revokeAtX('acme_coffee');
    await lab.delivered(1);
    expect(await get(account.workspaceId, account.id)).toMatchObject({ health: 'healthy', connectionCount: 2 });
  });

  test('about a revocation older than the current consent changes nothing', async () => {
    const revokedAt = new Date(lab.clock.now().getTime() - 60_000).toISOString();
    const payload = { date_time: revokedAt, user_id: account.xUserId, app_id: '1' };
    const body = delivery({ event_type: 'oauth.revoke', filter: {}, payload });
    expect((await post(body)).status).toBe(200);
    expect((await now()).health).toBe('healthy');
  });

  test('about a deleted post emits post.taken_down, but only for a post that the platform published', async () => {
    const xPostId = await published();
    const { id: other } = (await lab.control('POST', 'posts', { username: 'acme_coffee', text: 'By hand' })) as {
      id: string;
    };
    await lab.removePost(xPostId);
    await lab.removePost(other);
    await lab.delivered(2);
    expect(activities()).toMatchObject([{ type: 'post.taken_down', detail: { entityId: xPostId } }]);
  });

  test('about a mention, reply, quote or repost by others is stored as ids only, for at most a day', async () => {
    const xPostId = await published();
    await strangerPost('Is @acme_coffee open?');
    await strangerPost('Lovely', { inReplyTo: xPostId });
    await strangerPost('Look', { quotes: xPostId });
    await lab.control('POST', 'reposts', { username: 'some_reader', id: xPostId });
    await lab.delivered(4);
    const told = activities();
    expect(told.map(({ type }) => type).sort()).toEqual([
      ...['mention.received', 'quote.received', 'reply.received', 'repost.received'],
    ]);
    expect(told.filter(({ detail }) => (detail.data as { postId: string | null }).postId !== null)).toHaveLength(3);
    expect(JSON.stringify([...lab.items.values()])).not.toMatch(/Is @acme|Lovely|Look/);
    const kept = [...lab.items.values()].filter(({ type }) => type === 'activity');
    expect(kept).toHaveLength(4);
    const dayAhead = Math.ceil(lab.clock.now().getTime() / 1000) + 86_400;
    for (const { ttl } of kept) expect(ttl).toBeLessThanOrEqual(dayAhead);
  });

  test('that arrives three times counts once, even when its event id is negative', async () => {
    const before = await spent();
    const body = delivery({});
    for (let time = 0; time < 3; time += 1) expect((await post(body)).status).toBe(200);
    expect(activities()).toHaveLength(1);
    expect((await spent()) - before).toBe(5_000);
  });

  test('is metered at what X bills for it', async () => {
    const before = [await spent(), await lab.billedByX()] as const;
    await lab.control('PATCH', 'deliveries', { times: 3 });
    await strangerPost('Hello @acme_coffee');
    await lab.delivered(3);
    expect((await spent()) - before[0]).toBe((await lab.billedByX()) - before[1]);
  });
});

describe('an unusual delivery', () => {
  test.each([
    ['another key', (body: string) => signed(body, 'other')],
    ['another body', (body: string) => signed(`${body} `)],
    ['no signature', () => ''],
  ])('is refused with x_signature_invalid for %s', async (_, sign) => {
    const body = delivery({});
    expect(await post(body, sign(body))).toMatchObject({ status: 403, body: { code: 'x_signature_invalid' } });
    expect(activities()).toEqual([]);
    expect(lab.counted).toEqual(['XDeliveriesRefused']);
  });

  test('cannot get its body signed as a challenge', async () => {
    const challenge = (crc_token: string) => lab.call(answerXChallenge, { query: { crc_token }, as: undefined });
    expect((await challenge(delivery({}))).status).toBe(400);
    expect((await challenge('{}')).status).toBe(400);
    // What a challenge can get signed is not a delivery.
    expect((await post('abc', signed('abc'))).status).toBe(200);
    expect(lab.counted).toEqual(['XDeliveriesIgnored']);
  });

  test.each([
    ['a kind that is not known', { event_type: 'dm.received' }],
    ["a name of JavaScript's own", { event_type: 'constructor' }],
    ['an account that nobody has', { filter: { user_id: '99' } }],
    ['a payload of another form', { payload: ['?'] }],
    ['an event without an id', { event_uuid: null }],
  ])('with %s is acknowledged and counted as ignored', async (_, change) => {
    expect((await post(delivery(change))).status).toBe(200);
    expect(activities()).toEqual([]);
    expect(lab.counted).toEqual(['XDeliveriesIgnored']);
  });

  test('that is not JSON is acknowledged as well, because X would only send it again', async () => {
    expect((await post('{')).status).toBe(200);
    expect(lab.counted).toEqual(['XDeliveriesIgnored']);
  });

  test('with a body that is too long is refused with 413', async () => {
    expect((await post(' '.repeat(256 * 1024 + 1))).status).toBe(413);
  });

  test('about a post with broken characters is processed', async () => {
    expect((await post(delivery({ payload: { id: '300', author_id: '42', text: 'a\uFFFD\u0000' } }))).status).toBe(200);
    expect(activities()).toHaveLength(1);
  });

  test('about what the account itself did is ignored', async () => {
    await post(delivery({ payload: { id: '300', author_id: account.xUserId } }));
    expect(activities()).toEqual([]);
  });
});

test('a stage without a webhook at X answers 404', async () => {
  const other = await harness();
  expect((await other.call(answerXChallenge, { query: { crc_token: 'abc' }, as: undefined })).status).toBe(404);
  expect((await other.call(receiveXActivity, { body: '{}', as: undefined })).status).toBe(404);
  await other.sandbox.close();
});
