import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { confirmChecklist } from '#functions/accounts/account-health/automation-checklist.ts';
import { completeConnection, disconnectAccount, startConnection } from '#functions/accounts/connections/connect.ts';
import { type Account, withHealth } from '#functions/accounts/domain/account.ts';
import { scopes } from '#functions/accounts/domain/connection.ts';
import { findingOf } from '#functions/accounts/domain/health.ts';
import { XError } from '#functions/accounts/domain/x-failure.ts';
import { publishPart } from '#functions/accounts/publishing/publish-part.ts';
import { newId } from '#shared/ids.ts';
import { owner } from '#test/support/http-event.ts';
import { author, containing, type Harness, harness, partOn, redirectUri, secret } from '../harness.ts';

let context: Harness;
beforeEach(async () => {
  context = await harness();
});
afterEach(() => context.sandbox.close());

const elsewhere = { ...owner, workspaceId: newId('wsp', new Date()) };
const someoneElse = { ...owner, personId: newId('usr', new Date()) };
const token = { method: 'POST', path: '/2/oauth2/token' };

const begun = async (username = 'acme_coffee') => {
  const { authorizeUrl } = await startConnection(context.deps, owner);
  return context.consent(authorizeUrl, username);
};
const complete = (back: { code: string; state: string }, person = owner) =>
  completeConnection(context.deps, person, back, author);

/** Leaves out the profile counters, which are emitted with each connection and once a day. */
const told = () =>
  context.events().flatMap(({ definition: { type } }) => (type === 'account.metrics_updated' ? [] : [type]));

describe('connecting an account', () => {
  test('asks X for the scopes that publishing needs, with PKCE, and stores what X returns about the user', async () => {
    const { authorizeUrl, state, expiresAt } = await startConnection(context.deps, owner);
    const query = new URL(authorizeUrl).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      client_id: secret.clientId,
      redirect_uri: redirectUri,
      state,
      scope: scopes.join(' '),
      code_challenge_method: 'S256',
    });
    expect(Math.abs(Date.parse(expiresAt) - Date.now() - 600_000)).toBeLessThan(5_000);
    const account = await complete(await context.consent(authorizeUrl, 'acme_premium'));
    expect(account).toMatchObject({
      username: 'acme_premium',
      status: 'connected',
      health: 'healthy',
      connectionCount: 1,
      capabilities: { maxWeightedLength: 25_000 },
    });
    expect(told()).toEqual(['account.connected']);
  });

  test('allows 280 characters for an account without Premium', async () => {
    expect(await context.connect('acme_coffee')).toMatchObject({ capabilities: { maxWeightedLength: 280 } });
  });

  test('leaves neither the state nor a token readable in the table', async () => {
    const { authorizeUrl, state } = await startConnection(context.deps, owner);
    const account = await complete(await context.consent(authorizeUrl, 'acme_coffee'));
    const stored = await context.deps.tokens.find(account.workspaceId, account.id);
    expect(JSON.stringify([...context.items.values()])).not.toContain(state);
    expect(JSON.stringify([...context.items.values()])).not.toContain('Token"');
    expect(stored?.sealed).toMatch(/^1\.[0-9a-f]{8}\./);
  });

  test.each([
    ['another person', async () => complete(await begun(), someoneElse)],
    ['another workspace', async () => complete(await begun(), elsewhere)],
    ['an unknown state', async () => complete({ ...(await begun()), state: 'A'.repeat(43) })],
    ['no state at all', async () => complete({ ...(await begun()), state: '' })],
    [
      'a state that is ten minutes old',
      async () => {
        const back = await begun();
        context.clock.pass(600_000);
        return complete(back);
      },
    ],
    [
      'a state that was used',
      async () => {
        const back = await begun();
        await complete(back);
        return complete(back);
      },
    ],
    [
      'a state whose code X refused',
      async () => {
        const back = await begun();
        await complete({ ...back, code: 'wrong' }).catch(() => undefined);
        return complete(back);
      },
    ],
  ])('is refused with invalid_connection_state and the same message for %s', async (_, attack) => {
    await expect(attack()).rejects.toMatchObject({
      kind: 'invalid',
      code: 'invalid_connection_state',
      message: containing('Start again'),
    });
  });

  test('is refused for the code of another connection, whose PKCE verifier differs (RFC 7636)', async () => {
    const [mine, theirs] = [await begun(), await begun()];
    await expect(complete({ code: theirs.code, state: mine.state })).rejects.toMatchObject({ code: 'x_refused_code' });
    // X accepts a code only once, so the attempt has spoilt it and gained nothing.
    expect(context.changes).toEqual([]);
  });

  test('does not request a token from X when the state is refused', async () => {
    await complete(await begun(), someoneElse).catch(() => undefined);
    expect((await context.requests()).map(({ operation }) => operation)).not.toContain('/2/oauth2/token');
  });

  test('succeeds for only one of two concurrent completions', async () => {
    const back = await begun();
    const ends = await Promise.allSettled([complete(back), complete(back)]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('is refused with x_refused_code when X refuses the code or the code is older than 30 seconds', async () => {
    await expect(complete({ ...(await begun()), code: 'wrong' })).rejects.toMatchObject({
      kind: 'unprocessable',
      code: 'x_refused_code',
    });
    const back = await begun();
    context.clock.pass(31_000);
    await expect(complete(back)).rejects.toMatchObject({ code: 'x_refused_code' });
  });

  test.each([
    [{ kind: 'status', status: 503 }, 'x_unavailable'],
    [{ kind: 'cut', phase: 'after' }, 'x_unavailable'],
    [{ kind: 'empty' }, 'x_unavailable'],
    [{ kind: 'unauthorized' }, 'x_unavailable'],
  ])('is unavailable while the token endpoint of X responds with %j', async (fault, code) => {
    const back = await begun();
    await context.faults({ ...token, fault });
    await expect(complete(back)).rejects.toMatchObject({ kind: 'unavailable', code });
  });

  test('is refused with a code of its own for a suspended and for a locked account', async () => {
    await expect(context.connect('acme_suspended')).rejects.toMatchObject({ code: 'x_account_suspended' });
    await expect(context.connect('acme_locked')).rejects.toMatchObject({ code: 'x_account_locked' });
  });

  test('is refused with x_scopes_missing when X grants fewer scopes than needed', async () => {
    const back = await begun();
    const exchangeCode = async () => ({
      accessToken: 'a',
      refreshToken: 'r',
      expiresInSeconds: 7200,
      scopes: ['tweet.read'],
    });
    const me = async () => ({
      id: '1',
      username: 'u',
      name: 'U',
      profileImageUrl: null,
      isProtected: false,
      subscription: 'None',
      verifiedType: 'none',
      audience: null,
    });
    const deps = { ...context.deps, x: { ...context.deps.x, exchangeCode, me } };
    await expect(completeConnection(deps, owner, back, author)).rejects.toMatchObject({ code: 'x_scopes_missing' });
  });

  test('again in the same workspace keeps the account and emits account.connected again', async () => {
    const connected = await context.connect('acme_coffee');
    const checklist = { label: true, bio: true, managedBy: 'maya' };
    const ids = { workspaceId: connected.workspaceId, accountId: connected.id, personId: owner.personId };
    const { automation } = await confirmChecklist(context.deps, ids, checklist, author);
    const second = await context.connect('acme_coffee');
    expect(second).toMatchObject({
      id: connected.id,
      connectionCount: 2,
      createdAt: connected.createdAt,
      automation,
      version: 3,
    });
    expect(told()).toEqual(['account.connected', 'account.connected']);
  });

  test('that is connected in another workspace is refused until it is disconnected there', async () => {
    const account = await context.connect('acme_coffee');
    await expect(context.connect('acme_coffee', elsewhere)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'x_account_connected_elsewhere',
    });
    // The first connection still works.
    expect(await context.publish(partOn(account))).toMatchObject({ outcome: 'published' });
    await disconnectAccount(context.deps, account.workspaceId, account.id, author);
    expect(await context.connect('acme_coffee', elsewhere)).toMatchObject({ status: 'connected' });
    await expect(context.connect('acme_coffee')).rejects.toMatchObject({ code: 'x_account_connected_elsewhere' });
  });

  describe('whose consent was revoked', () => {
    const state = (account: Account) => context.deps.accounts.get(account.workspaceId, account.id);
    const thirdPlace = { ...owner, workspaceId: newId('wsp', new Date()) };
    const toldOf = ({ id }: Account) =>
      context
        .events()
        .filter(({ definition, detail }) => detail.entityId === id && definition.type !== 'account.metrics_updated')
        .map(({ definition, detail }) => [definition.type, detail.data, detail.actor.type]);

    test('is possible elsewhere before anyone has noticed, and the workspace that loses it is told why', async () => {
      const lost = await context.connect('acme_coffee');
      await context.revokeAtX('acme_coffee');
      expect(await state(lost)).toMatchObject({ health: 'healthy', status: 'connected' });
      const kept = await context.connect('acme_coffee', elsewhere);
      expect(kept).toMatchObject({ status: 'connected', health: 'healthy', workspaceId: elsewhere.workspaceId });
      expect(await state(lost)).toMatchObject({
        status: 'disconnected',
        health: 'disconnected',
        disconnectReason: 'connected_elsewhere',
        healthReason: containing('connected to another workspace'),
      });
      expect(await context.deps.tokens.find(lost.workspaceId, lost.id)).toBeUndefined();
      expect(toldOf(lost)).toEqual([
        ['account.connected', expect.anything(), 'person'],
        ['account.health_changed', expect.objectContaining({ health: 'reconnect_needed' }), 'system'],
        ['account.disconnected', { reason: 'connected_elsewhere' }, 'system'],
      ]);
      // Those who lost it learn nothing about who took it over.
      const said = context
        .events()
        .filter(
          ({ definition, detail }) => detail.entityId === lost.id && definition.type !== 'account.metrics_updated',
        )
        .slice(1);
      expect(JSON.stringify(said)).not.toMatch(new RegExp(`${elsewhere.workspaceId}|${kept.id}|${owner.personId}`));
      expect(await context.publish(partOn(lost))).toMatchObject({ code: 'account_disconnected' });
      expect(await context.publish(partOn(kept))).toMatchObject({ outcome: 'published' });
      await expect(context.connect('acme_coffee')).rejects.toMatchObject({ code: 'x_account_connected_elsewhere' });
    });

    test('is possible elsewhere once the revocation has been noticed', async () => {
      const lost = await context.connect('acme_coffee');
      await context.revokeAtX('acme_coffee');
      await context.publish(partOn(lost));
      expect(await state(lost)).toMatchObject({ health: 'reconnect_needed' });
      expect(await context.connect('acme_coffee', elsewhere)).toMatchObject({ status: 'connected' });
    });

    test('is refused elsewhere when only our record says so and X still accepts the tokens', async () => {
      const account = await context.connect('acme_coffee');
      await context.deps.accounts.save(withHealth(account, findingOf('reconnect_needed'), new Date()), author);
      await expect(context.connect('acme_coffee', elsewhere)).rejects.toMatchObject({
        code: 'x_account_connected_elsewhere',
      });
      expect(await state(account)).toMatchObject({ status: 'connected', health: 'healthy' });
    });

    test.each([
      ['does not answer', { method: 'GET', path: '/2/users/me', skip: 1, fault: { kind: 'status', status: 503 } }],
      ['cuts the line', { method: 'GET', path: '/2/users/me', skip: 1, fault: { kind: 'cut', phase: 'before' } }],
      ['answers nonsense', { method: 'GET', path: '/2/users/me', skip: 1, fault: { kind: 'empty' } }],
      ['limits calls', { method: 'GET', path: '/2/users/me', skip: 1, fault: { kind: 'status', status: 429 } }],
      ['refreshes nothing', { ...token, skip: 1, times: 2, fault: { kind: 'status', status: 503 } }],
      ['refuses the app', { ...token, skip: 1, fault: { kind: 'unauthorized' } }],
    ])('is refused elsewhere with x_connection_unknown while X %s', async (_, fault) => {
      const account = await context.connect('acme_coffee');
      await context.revokeAtX('acme_coffee');
      await context.faults(fault);
      await expect(context.connect('acme_coffee', elsewhere)).rejects.toMatchObject({
        kind: 'unavailable',
        code: 'x_connection_unknown',
        headers: { 'Retry-After': expect.stringMatching(/^\d+$/) as string },
      });
      expect(await state(account)).toMatchObject({ status: 'connected' });
      expect(await context.deps.tokens.find(account.workspaceId, account.id)).toMatchObject({ accountId: account.id });
      expect(await context.deps.accounts.holderOf(account.xUserId)).toMatchObject({ accountId: account.id });
      // Once X answers and calls of the app are no longer paused, it is free.
      context.clock.pass(900_000);
      await expect(context.connect('acme_coffee', elsewhere)).resolves.toMatchObject({ status: 'connected' });
    });

    test('succeeds for only one of two workspaces that try concurrently', async () => {
      const lost = await context.connect('acme_coffee');
      await context.revokeAtX('acme_coffee');
      const both = await Promise.allSettled(
        [elsewhere, thirdPlace].map((person) => context.connect('acme_coffee', person)),
      );
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'x_account_connected_elsewhere' },
      });
      expect(toldOf(lost).filter(([type]) => type === 'account.disconnected')).toHaveLength(1);
    });

    test('is refused elsewhere when the old workspace reconnects just before the write', async () => {
      const account = await context.connect('acme_coffee');
      await context.revokeAtX('acme_coffee');
      const stalled = { ...context.deps, accounts: { ...context.deps.accounts } };
      let isFirst = true;
      stalled.accounts.connect = async (...args) => {
        if (isFirst) {
          isFirst = false;
          await context.connect('acme_coffee');
        }
        return context.deps.accounts.connect(...args);
      };
      const { authorizeUrl } = await startConnection(context.deps, elsewhere);
      const back = await context.consent(authorizeUrl, 'acme_coffee');
      await expect(completeConnection(stalled, elsewhere, back, author)).rejects.toMatchObject({
        code: 'x_account_connected_elsewhere',
      });
      expect(isFirst).toBe(false);
      expect(await state(account)).toMatchObject({ status: 'connected', connectionCount: 2 });
      expect(await context.publish(partOn(account))).toMatchObject({ outcome: 'published' });
    });

    test('is refused elsewhere when the old workspace reconnects while X is being asked', async () => {
      const account = await context.connect('acme_coffee');
      await context.revokeAtX('acme_coffee');
      let isFirst = true;
      const x = {
        ...context.deps.x,
        refresh: async (refreshToken: string) => {
          const refreshed = context.deps.x.refresh(refreshToken);
          await refreshed.catch(() => undefined);
          if (isFirst) {
            isFirst = false;
            await context.connect('acme_coffee');
          }
          return refreshed;
        },
      };
      const { authorizeUrl } = await startConnection(context.deps, elsewhere);
      const back = await context.consent(authorizeUrl, 'acme_coffee');
      await expect(completeConnection({ ...context.deps, x }, elsewhere, back, author)).rejects.toMatchObject({
        code: 'x_account_connected_elsewhere',
      });
      expect(isFirst).toBe(false);
      expect(await state(account)).toMatchObject({ status: 'connected', connectionCount: 2, health: 'healthy' });
    });

    test('is refused elsewhere when the old workspace reconnects just after X confirmed the revocation', async () => {
      const account = await context.connect('acme_coffee');
      await context.revokeAtX('acme_coffee');
      const stalled = { ...context.deps, accounts: { ...context.deps.accounts } };
      let isFirst = true;
      stalled.accounts.save = async (...args) => {
        const saved = await context.deps.accounts.save(...args);
        if (isFirst) {
          isFirst = false;
          await context.connect('acme_coffee');
        }
        return saved;
      };
      const { authorizeUrl } = await startConnection(context.deps, elsewhere);
      const back = await context.consent(authorizeUrl, 'acme_coffee');
      await expect(completeConnection(stalled, elsewhere, back, author)).rejects.toMatchObject({
        code: 'x_account_connected_elsewhere',
      });
      expect(isFirst).toBe(false);
      expect(await state(account)).toMatchObject({ status: 'connected', connectionCount: 2, health: 'healthy' });
    });

    test('is not undone by a post that the old workspace was sending', async () => {
      const lost = await context.connect('acme_coffee');
      await context.revokeAtX('acme_coffee');
      let taken: Account | undefined;
      // X refuses the post; before the answer arrives, the account moves to the other workspace.
      const x = {
        ...context.deps.x,
        createPost: async (...args: Parameters<typeof context.deps.x.createPost>) => {
          const answered = context.deps.x.createPost(...args);
          await answered.catch(() => undefined);
          taken ??= await context.connect('acme_coffee', elsewhere);
          return answered;
        },
      };
      const outcome = await publishPart({ ...context.deps, x }, partOn(lost), author);
      expect(outcome).toMatchObject({ outcome: 'account_unwell' });
      expect(await state(lost)).toMatchObject({ status: 'disconnected', disconnectReason: 'connected_elsewhere' });
      expect(await context.deps.tokens.find(lost.workspaceId, lost.id)).toBeUndefined();
      if (!taken) throw new Error('not taken');
      expect(await context.publish(partOn(taken))).toMatchObject({ outcome: 'published' });
      expect(await context.posts()).toHaveLength(1);
    });

    test('waits for a token refresh of the old workspace and is refused elsewhere when that succeeds', async () => {
      const account = await context.connect('acme_coffee');
      context.clock.pass(7_200_000);
      await context.faults({ ...token, fault: { kind: 'delay', ms: 300 } });
      const [posted, taken] = await Promise.allSettled([
        context.publish(partOn(account)),
        context.connect('acme_coffee', elsewhere),
      ]);
      expect(posted).toMatchObject({ value: { outcome: 'published' } });
      expect(taken).toMatchObject({ reason: { code: 'x_account_connected_elsewhere' } });
    });
  });

  test('in two workspaces concurrently succeeds in only one of them', async () => {
    const both = await Promise.allSettled([context.connect('acme_coffee'), context.connect('acme_coffee', elsewhere)]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { code: 'x_account_connected_elsewhere' },
    });
  });

  test('twice concurrently for the first time creates one account', async () => {
    const [one, two] = [await begun(), await begun()];
    const [a, b] = await Promise.all([complete(one), complete(two)]);
    expect(a.id).toBe(b.id);
  });
});

describe('disconnecting an account', () => {
  test('erases its tokens, revokes them at X and emits one event, even when repeated', async () => {
    const account = await context.connect('acme_coffee');
    await disconnectAccount(context.deps, account.workspaceId, account.id, author);
    await disconnectAccount(context.deps, account.workspaceId, account.id, author);
    expect(await context.deps.tokens.find(account.workspaceId, account.id)).toBeUndefined();
    const revoked = (await context.requests()).filter(({ operation }) => operation === '/2/oauth2/revoke');
    expect(revoked.map(({ body }) => body)).toMatchObject([
      { token_type_hint: 'refresh_token' },
      { token_type_hint: 'access_token' },
    ]);
    expect(told()).toEqual(['account.connected', 'account.disconnected']);
    expect(context.warnings).toEqual([]);
  });

  test('succeeds even when X does not revoke the tokens, and logs a warning without a token', async () => {
    const account = await context.connect('acme_coffee');
    await context.faults({
      method: 'POST',
      path: '/2/oauth2/revoke',
      times: 'always',
      fault: { kind: 'status', status: 503 },
    });
    await disconnectAccount(context.deps, account.workspaceId, account.id, author);
    expect(await context.deps.accounts.get(account.workspaceId, account.id)).toMatchObject({ status: 'disconnected' });
    expect(await context.deps.tokens.find(account.workspaceId, account.id)).toBeUndefined();
    expect(context.warnings).toHaveLength(1);
    expect(JSON.stringify(context.warnings)).toContain('unknown_outcome');
    expect(JSON.stringify(context.warnings)).not.toMatch(/[A-Za-z0-9_-]{40}/);
  });

  test('succeeds when its consent has already been revoked', async () => {
    const account = await context.connect('acme_coffee');
    await context.revokeAtX('acme_coffee');
    await disconnectAccount(context.deps, account.workspaceId, account.id, author);
    expect(await context.deps.accounts.get(account.workspaceId, account.id)).toMatchObject({ status: 'disconnected' });
  });

  test('is refused with changed_meanwhile when it is reconnected concurrently', async () => {
    const account = await context.connect('acme_coffee');
    const get = context.deps.accounts.get.bind(context.deps.accounts);
    const stale = { ...context.deps, accounts: { ...context.deps.accounts, get: async () => account } };
    await context.connect('acme_coffee');
    await expect(disconnectAccount(stale, account.workspaceId, account.id, author)).rejects.toMatchObject({
      code: 'changed_meanwhile',
    });
    expect(await get(account.workspaceId, account.id)).toMatchObject({ status: 'connected' });
  });
});

test('an error of X contains no token', async () => {
  await context.faults({ method: 'GET', path: '/2/users/me', fault: { kind: 'status', status: 500 } });
  const failed = await context.deps.x.me('a-very-secret-access-token').catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(XError);
  expect(JSON.stringify(failed) + String(failed instanceof Error && failed.stack)).not.toContain('a-very-secret');
  expect(failed instanceof Error && failed.cause).toBeUndefined();
});
