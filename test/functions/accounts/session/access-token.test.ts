import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '#functions/accounts/domain/account.ts';
import { accessTokenOf } from '#functions/accounts/session/access-token.ts';
import { type Harness, harness } from '../harness.ts';

let context: Harness;
let account: Account;
beforeEach(async () => {
  context = await harness();
  account = await context.connect('acme_coffee');
});
afterEach(() => context.sandbox.close());

const token = { method: 'POST', path: '/2/oauth2/token' };
const refreshes = async () => {
  const asked = (await context.requests()).filter(({ operation }) => operation === '/2/oauth2/token');
  return asked.filter(({ body }) => JSON.stringify(body).includes('"refresh_token":')).length;
};
const works = async (accessToken: string) => {
  expect((await context.deps.x.me(accessToken)).username).toBe('acme_coffee');
};

describe('an access token', () => {
  test('is reused while it is valid for more than five minutes', async () => {
    context.clock.pass(7_200_000 - 301_000);
    await works(await accessTokenOf(context.deps, account));
    expect(await refreshes()).toBe(0);
  });

  test('is refreshed within its last five minutes', async () => {
    const old = await accessTokenOf(context.deps, account);
    context.clock.pass(7_200_000 - 299_000);
    const fresh = await accessTokenOf(context.deps, account);
    expect(fresh).not.toBe(old);
    await works(fresh);
    expect(await refreshes()).toBe(1);
  });

  test('that has expired is refreshed once for fifty concurrent callers', async () => {
    context.clock.pass(7_200_000);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => accessTokenOf(context.deps, account)));
    expect(new Set(tokens).size).toBe(1);
    expect(await refreshes()).toBe(1);
    await works(tokens[0] ?? '');
  });

  test('is waited for by a caller that arrives during the refresh', async () => {
    context.clock.pass(7_200_000);
    let late: Promise<string> | undefined;
    const refresh = async (refreshToken: string) => {
      late = accessTokenOf(context.deps, account);
      // Lets the late caller find the lock.
      await new Promise((resolve) => setImmediate(resolve));
      return context.deps.x.refresh(refreshToken);
    };
    const token = await accessTokenOf({ ...context.deps, x: { ...context.deps.x, refresh } }, account);
    expect(await late).toBe(token);
    expect(await refreshes()).toBe(1);
  });

  test('that X refused is replaced once for all callers that met the refusal', async () => {
    const refused = await accessTokenOf(context.deps, account);
    const tokens = await Promise.all(
      Array.from({ length: 10 }, () => accessTokenOf(context.deps, account, { refused })),
    );
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(refused);
    expect(await refreshes()).toBe(1);
  });

  test('is requested again with the same refresh token when no answer came and X had not used it', async () => {
    context.clock.pass(7_200_000);
    await context.faults({ ...token, fault: { kind: 'cut', phase: 'before' } });
    await works(await accessTokenOf(context.deps, account));
    expect(await refreshes()).toBe(2);
  });

  test('is refused as unauthorized when X used the refresh token and its answer was lost', async () => {
    context.clock.pass(7_200_000);
    await context.faults({ ...token, fault: { kind: 'cut', phase: 'after' } });
    await expect(accessTokenOf(context.deps, account)).rejects.toMatchObject({ failure: { kind: 'unauthorized' } });
  });

  test('that X refuses for good is not requested again, neither by waiting callers nor by later ones', async () => {
    context.clock.pass(7_200_000);
    await context.faults({ ...token, times: 50, fault: { kind: 'oauth', error: 'invalid_request' } });
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => accessTokenOf(context.deps, account)));
    const late = await Promise.allSettled([accessTokenOf(context.deps, account)]);
    for (const each of [...asked, ...late]) {
      expect(each).toMatchObject({ status: 'rejected', reason: { failure: { kind: 'unauthorized' } } });
    }
    expect(await refreshes()).toBe(1);
  });

  test('can be obtained again once the account is reconnected after a final refusal', async () => {
    context.clock.pass(7_200_000);
    await context.faults({ ...token, fault: { kind: 'oauth', error: 'invalid_request' } });
    await expect(accessTokenOf(context.deps, account)).rejects.toMatchObject({ failure: { kind: 'unauthorized' } });
    await works(await accessTokenOf(context.deps, await context.connect('acme_coffee')));
  });

  test('can still be obtained after X was unavailable', async () => {
    context.clock.pass(7_200_000);
    await context.faults({ ...token, times: 2, fault: { kind: 'status', status: 503 } });
    await expect(accessTokenOf(context.deps, account)).rejects.toMatchObject({ failure: { kind: 'unknown_outcome' } });
    await works(await accessTokenOf(context.deps, account));
  });

  test('can still be obtained after X refused the app itself', async () => {
    context.clock.pass(7_200_000);
    await context.faults({ ...token, fault: { kind: 'unauthorized' } });
    await expect(accessTokenOf(context.deps, account)).rejects.toMatchObject({ failure: { kind: 'app_not_enrolled' } });
    await works(await accessTokenOf(context.deps, account));
  });

  test('is taken from the concurrent winner when X refuses an older refresh token', async () => {
    context.clock.pass(7_200_000);
    const stored = await context.deps.tokens.find(account.workspaceId, account.id);
    const winner = await accessTokenOf(context.deps, account);
    // A loser that read before the winner wrote, and to whom the store grants the lock.
    let first = true;
    const tokens = {
      find: async (workspaceId: string, accountId: string) => {
        if (!first || !stored) return context.deps.tokens.find(workspaceId, accountId);
        first = false;
        return stored;
      },
      save: async () => stored,
    };
    expect(await accessTokenOf({ ...context.deps, tokens }, account)).toBe(winner);
  });

  test('is refreshed by the next caller once the lock of one that died has expired', async () => {
    context.clock.pass(7_200_000);
    const stored = await context.deps.tokens.find(account.workspaceId, account.id);
    if (!stored) throw new Error('no tokens');
    await context.deps.tokens.save({
      ...stored,
      refreshingUntil: new Date(context.deps.now().getTime() + 400).toISOString(),
    });
    await works(await accessTokenOf(context.deps, account));
    expect(await refreshes()).toBe(1);
  });

  test('is not stored again for an account that is disconnected during the refresh', async () => {
    context.clock.pass(7_200_000);
    const refresh = async (refreshToken: string) => {
      await context.deps.accounts.disconnect(account, { actor: account.changedBy, correlationId: 'c' });
      return context.deps.x.refresh(refreshToken);
    };
    const deps = { ...context.deps, x: { ...context.deps.x, refresh } };
    await expect(accessTokenOf(deps, account)).rejects.toMatchObject({ failure: { kind: 'unauthorized' } });
    expect(await context.deps.tokens.find(account.workspaceId, account.id)).toBeUndefined();
  });
});
