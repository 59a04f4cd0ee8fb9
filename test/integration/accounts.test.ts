import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { consent, eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { soon } from '#infra/local/slowness.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { Account, becomes, inMs, publish, schedule, write } from '../support/integration/desk.ts';
import { boxOf } from '../support/integration/mail-box.ts';
import { joinWorkspaceOf } from '../support/integration/members.ts';
import { stage } from '../support/integration/stage.ts';
import { tokensOf } from '../support/integration/vault.ts';
import { requestsAtX, tellX } from '../support/integration/x.ts';

const alice = new Marketer(stage, 'alice');
const bob = new Marketer(stage, 'bob');
const mallory = new Marketer(stage, 'mallory');
let workspaceId = '';
beforeAll(async () => {
  await Promise.all([alice.join(), bob.join(), mallory.join()]);
  ({ workspaceId } = await whereIs(alice));
  await joinWorkspaceOf(bob, alice, 'admin');
  expect(await whereIs(bob)).toMatchObject({ workspaceId, role: 'admin' });
});

const Begun = z.object({ authorizeUrl: z.string(), state: z.string() });
const begin = (by: Marketer) => by.do(Begun, 'POST', '/v1/accounts/connections/start', {});
const complete = (by: Marketer, carried: { code: string; state: string }) =>
  by.call('POST', '/v1/accounts/connections', carried);
const get = (by: Marketer, id: string) => by.do(Account, 'GET', `/v1/accounts/${id}`);
const idOf = (answer: { body: unknown }): string => z.object({ id: z.string() }).parse(answer.body).id;

/** A connection that was begun and consented to on X, but not completed. */
const given = async (by: Marketer) => {
  const username = await newXUser(stage);
  return { username, carried: await consent((await begin(by)).authorizeUrl, username) };
};

const countOf = async (by: Marketer): Promise<number> =>
  (await by.do(z.object({ items: z.array(Account) }), 'GET', '/v1/accounts?limit=100')).items.length;

describe('a connection', () => {
  test('can be completed only by the person who began it', async () => {
    const { carried } = await given(alice);
    expectProblem(await complete(mallory, carried), 400, 'invalid_connection_state');
    expectProblem(await complete(bob, carried), 400, 'invalid_connection_state');
    expect(await countOf(mallory)).toBe(0);
    // Neither attempt has used up the state.
    expect((await complete(alice, carried)).status).toBe(201);
  });

  test("is rejected with x_refused_code when the code comes from somebody else's consent", async () => {
    const [mine, theirs] = [await given(alice), await given(mallory)];
    const before = await countOf(alice);
    const smuggled = { code: theirs.carried.code, state: mine.carried.state };
    expectProblem(await complete(alice, smuggled), 422, 'x_refused_code');
    // The first attempt uses up a state, whatever its outcome.
    expectProblem(await complete(alice, mine.carried), 400, 'invalid_connection_state');
    expect(await countOf(alice)).toBe(before);
  });

  test('is rejected with invalid_connection_state when its state is replayed', async () => {
    const { carried } = await given(alice);
    expect((await complete(alice, carried)).status).toBe(201);
    expectProblem(await complete(alice, carried), 400, 'invalid_connection_state');
    const { carried: fresh } = await given(alice);
    expectProblem(await complete(alice, { ...fresh, state: carried.state }), 400, 'invalid_connection_state');
  });

  test('creates one account when it is completed twice concurrently', async () => {
    const { carried } = await given(alice);
    const before = await countOf(alice);
    const statuses = (await Promise.all([complete(alice, carried), complete(alice, carried)])).map(
      ({ status }) => status,
    );
    expect(statuses.sort()).toEqual([201, 400]);
    expect(await countOf(alice)).toBe(before + 1);
  });

  test('is rejected with x_refused_code after the person denies consent on X', async () => {
    const { authorizeUrl, state } = await begin(alice);
    const asked = new URL(authorizeUrl);
    const form = new URLSearchParams(asked.searchParams);
    form.set('decision', 'deny');
    const decided = await fetch(asked.origin + asked.pathname, { method: 'POST', body: form, redirect: 'manual' });
    const back = new URL(decided.headers.get('location') ?? '');
    expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', state });
    expect((await fetch(back)).status).toBe(200);
    expectProblem(await complete(alice, { code: 'made-up', state }), 422, 'x_refused_code');
  });

  test.each([
    ['made up', 'x'.repeat(43)],
    ['no state at all', 'state'],
    ['a key of the table', 'CONNECTION#'],
  ])('is rejected with invalid_connection_state when its state is %s', async (_, state) => {
    expectProblem(await complete(alice, { code: 'code', state }), 400, 'invalid_connection_state');
  });

  test('begins with a fresh state and code challenge each time (RFC 7636)', async () => {
    const [one, two] = [await begin(alice), await begin(alice)].map(({ authorizeUrl }) => new URL(authorizeUrl));
    for (const name of ['state', 'code_challenge']) {
      expect(one?.searchParams.get(name)).toMatch(/^[\w-]{43}$/);
      expect(one?.searchParams.get(name)).not.toBe(two?.searchParams.get(name));
    }
    expect(one?.searchParams.get('code_challenge_method')).toBe('S256');
    expect(one?.searchParams.get('client_secret')).toBeNull();
  });
});

describe('an X account', () => {
  test('can be connected in only one workspace at a time', async () => {
    const username = await newXUser(stage);
    const accountId = await alice.connect(username);
    const carried = await consent((await begin(mallory)).authorizeUrl, username);
    expectProblem(await complete(mallory, carried), 409, 'x_account_connected_elsewhere');
    expect(await countOf(mallory)).toBe(0);
    expect(await get(alice, accountId)).toMatchObject({ status: 'connected', version: 1 });

    await alice.call('DELETE', `/v1/accounts/${accountId}`);
    const theirs = await mallory.connect(username);
    expect(theirs).not.toBe(accountId);
    const again = await consent((await begin(alice)).authorizeUrl, username);
    expectProblem(await complete(alice, again), 409, 'x_account_connected_elsewhere');
  });

  test('whose consent was revoked moves to the workspace that connects it next, and its former owner is notified', async () => {
    const username = await newXUser(stage);
    const accountId = await alice.connect(username);
    const post = await write(alice, accountId, `Planned before, ${randomUUID()}.`);
    await schedule(alice, post, soon(20_000));
    // X does not say whether it still accepts Alice's tokens: the account stays hers.
    const fault = { kind: 'status', status: 503 };
    const first = await consent((await begin(mallory)).authorizeUrl, username);
    await tellX('POST', 'faults', [{ method: 'GET', path: '/2/users/me', username, skip: 1, fault }]);
    expectProblem(await complete(mallory, first), 503, 'x_connection_unknown');
    expect(await get(alice, accountId)).toMatchObject({ status: 'connected' });

    await tellX('POST', 'revoke', { username });
    // X reports the revocation too, so the health may have changed.
    expect(await get(alice, accountId)).toMatchObject({ status: 'connected' });

    const theirs = await mallory.connect(username);
    const lost = await alice.do(Account.extend({ disconnectReason: z.string() }), 'GET', `/v1/accounts/${accountId}`);
    expect(lost).toMatchObject({ status: 'disconnected', disconnectReason: 'connected_elsewhere' });
    expect(await tokensOf(workspaceId, accountId)).toBeUndefined();
    expect(await get(mallory, theirs)).toMatchObject({ status: 'connected', health: 'healthy' });

    expect((await becomes(alice, post, 'held')).problem).toMatchObject({ code: 'account_disconnected' });
    expect(await postsOnX(stage, username)).toHaveLength(0);
    const Events = z.object({ items: z.array(z.looseObject({ kind: z.string() })) });
    await eventually('a security event', async () => {
      const { items } = await alice.do(Events, 'GET', '/v1/security-events');
      const about = items.filter((each) => JSON.stringify(each).includes(accountId));
      return about.some(({ kind }) => kind === 'account_connected_elsewhere') ? true : undefined;
    });
    await eventually('a mail to the owner', async () =>
      (await boxOf(alice.email)).some(({ BodyText }) => BodyText.includes(accountId)) ? true : undefined,
    );
    const trail = z.object({ items: z.array(z.unknown()) });
    const { items } = await alice.do(trail, 'GET', `/v1/audit-events?entityId=${accountId}`);
    expect(JSON.stringify(items)).toContain('"reason":"connected_elsewhere"');
    expect(JSON.stringify(items)).not.toContain(theirs);
  });

  test('that needs reconnecting triggers one mail per owner and admin, which counts the waiting posts', async () => {
    const username = await newXUser(stage);
    const accountId = await alice.connect(username);
    const later = inMs(3 * 86_400_000);
    for (const publishAt of [later, inMs(4 * 86_400_000)]) {
      await schedule(alice, await write(alice, accountId, `Planned ahead, ${randomUUID()}.`), publishAt);
    }
    await tellX('POST', 'revoke', { username });
    const look = () => alice.do(Account, 'POST', `/v1/accounts/${accountId}/probe`);
    expect(await look()).toMatchObject({ status: 'connected', health: 'reconnect_needed' });
    expect(await look()).toMatchObject({ health: 'reconnect_needed' });

    const about = async (address: string) =>
      (await boxOf(address)).filter(({ Subject }) => Subject.startsWith(`Reconnect @${username}`));
    for (const { email } of [alice, bob]) {
      const [mail] = await eventually('a mail to owner and admin', async () => {
        const found = await about(email);
        return found.length > 0 ? found : undefined;
      });
      expect(mail?.Subject).toBe(`Reconnect @${username}: 2 posts are waiting`);
      expect(mail?.BodyText).toContain(`Earliest due time: ${later.slice(0, 10)} ${later.slice(11, 16)} UTC`);
    }
    expect(await alice.connect(username)).toBe(accountId);
    expect(await get(alice, accountId)).toMatchObject({ health: 'healthy' });
    expect(await about(alice.email)).toHaveLength(1);
  });

  test('keeps its id when it is reconnected', async () => {
    const username = await newXUser(stage);
    const accountId = await alice.connect(username);
    const before = await countOf(alice);
    expect(await alice.connect(username)).toBe(accountId);
    await alice.call('DELETE', `/v1/accounts/${accountId}`);
    expect(await get(alice, accountId)).toMatchObject({ status: 'disconnected' });
    const carried = await consent((await begin(bob)).authorizeUrl, username);
    expect(idOf(await complete(bob, carried))).toBe(accountId);
    expect(await get(alice, accountId)).toMatchObject({ status: 'connected', connectionCount: 3, version: 4 });
    expect(await countOf(alice)).toBe(before);
  });

  test('that is disconnected has its tokens deleted here and revoked at X', async () => {
    const username = await newXUser(stage);
    const accountId = await alice.connect(username);
    const tokens = await tokensOf(workspaceId, accountId);
    const me = () =>
      fetch(`${stage.xSandboxUrl}/2/users/me`, { headers: { authorization: `Bearer ${tokens?.accessToken ?? ''}` } });
    expect((await me()).status).toBe(200);
    expect((await alice.call('DELETE', `/v1/accounts/${accountId}`)).status).toBe(204);
    expect((await me()).status).toBe(401);
    expect(await tokensOf(workspaceId, accountId)).toBeUndefined();
    const revoked = (await requestsAtX(username)).filter(({ operation }) => operation === '/2/oauth2/revoke');
    expect(revoked.map(({ status }) => status)).toContain(200);
    // Disconnecting again changes nothing.
    const { version } = await get(alice, accountId);
    expect((await alice.call('DELETE', `/v1/accounts/${accountId}`)).status).toBe(204);
    expect((await get(alice, accountId)).version).toBe(version);
  });
});

describe('an access token', () => {
  /** An account whose access token expires after `seconds`. Any other account connected meanwhile refreshes once. */
  const withTokenOf = async (seconds: number) => {
    const username = await newXUser(stage);
    const carried = await consent((await begin(alice)).authorizeUrl, username);
    await tellX('PATCH', 'settings', { accessTokenSeconds: seconds });
    try {
      return { username, accountId: idOf(await complete(alice, carried)) };
    } finally {
      await tellX('PATCH', 'settings', { accessTokenSeconds: 7200 });
    }
  };
  const refreshes = async (username: string) =>
    (await requestsAtX(username)).filter(({ body }) =>
      JSON.stringify({ body }).includes('"grant_type":"refresh_token"'),
    );

  test('that has expired is refreshed, and the new token pair is stored and reused', async () => {
    const { username, accountId } = await withTokenOf(1);
    const before = await tokensOf(workspaceId, accountId);
    const post = await write(alice, accountId, `Refreshed, ${randomUUID()}.`);
    await publish(alice, post);
    await becomes(alice, post, 'published');
    expect((await refreshes(username)).map(({ status }) => status)).toEqual([200]);
    const after = await tokensOf(workspaceId, accountId);
    expect(after?.accessToken).not.toBe(before?.accessToken);
    expect(after?.refreshToken).not.toBe(before?.refreshToken);
    // The next post uses the stored pair.
    const next = await write(alice, accountId, `With the same pair, ${randomUUID()}.`);
    await publish(alice, next);
    await becomes(alice, next, 'published');
    expect(await refreshes(username)).toHaveLength(1);
  });

  test('that has expired is refreshed only once when fifteen posts need it concurrently', async () => {
    const { username, accountId } = await withTokenOf(1);
    // The unit tests use fifty; here each post starts processes of its own.
    const posts = [];
    for (let number = 0; number < 15; number += 1) {
      posts.push(await write(alice, accountId, `At once ${number}, ${randomUUID()}.`));
    }
    // X delays the first refresh, so that every post finds the token expired.
    const fault = { kind: 'delay', ms: 2_000 };
    await tellX('POST', 'faults', [{ method: 'POST', path: '/2/oauth2/token', username, fault }]);
    await Promise.all(posts.map((post) => publish(alice, post)));
    const allOut = async () => ((await postsOnX(stage, username)).length === posts.length ? true : undefined);
    await eventually('all of them are on X', allOut, { withinMs: 90_000, everyMs: 1_000 });
    await Promise.all(posts.map((post) => becomes(alice, post, 'published')));
    expect((await refreshes(username)).map(({ status }) => status)).toEqual([200]);
    expect(await get(alice, accountId)).toMatchObject({ health: 'healthy' });
  });

  test('that was revoked at X holds the post until the account is reconnected', async () => {
    const username = await newXUser(stage);
    const accountId = await alice.connect(username);
    await tellX('POST', 'revoke', { username });
    const post = await write(alice, accountId, `Taken back, ${randomUUID()}.`);
    await publish(alice, post);
    expect((await becomes(alice, post, 'held')).problem).toMatchObject({ code: 'account_reconnect_needed' });
    expect(await get(alice, accountId)).toMatchObject({ health: 'reconnect_needed', status: 'connected' });
    expect(await alice.connect(username)).toBe(accountId);
    expect(await get(alice, accountId)).toMatchObject({ health: 'healthy' });
    // Reconnecting resumes the held post by itself.
    await becomes(alice, post, 'published');
    expect(await postsOnX(stage, username)).toHaveLength(1);
  });
});
