import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Account } from '#functions/accounts/domain/account.ts';
import { accessTokenOf } from '#functions/accounts/session/access-token.ts';
import { type Lab, openLab } from '../harness.ts';

let lab: Lab;
let account: Account;
beforeEach(async () => {
  lab = await openLab();
  account = await lab.connect('acme_coffee');
});
afterEach(() => lab.sandbox.close());

const token = { method: 'POST', path: '/2/oauth2/token' };
const refreshes = async () => {
  const asked = (await lab.requests()).filter(({ operation }) => operation === '/2/oauth2/token');
  return asked.filter(({ body }) => JSON.stringify(body).includes('"refresh_token":')).length;
};
const works = async (accessToken: string) => {
  expect((await lab.deps.x.me(accessToken)).username).toBe('acme_coffee');
};

describe('an access token', () => {
  test('is used as it is while it holds for five minutes more', async () => {
    lab.advance(7_200_000 - 301_000);
    await works(await accessTokenOf(lab.deps, account));
    expect(await refreshes()).toBe(0);
  });

  test('is refreshed before its last five minutes, and works', async () => {
    const old = await accessTokenOf(lab.deps, account);
    lab.advance(7_200_000 - 299_000);
    const fresh = await accessTokenOf(lab.deps, account);
    expect(fresh).not.toBe(old);
    await works(fresh);
    expect(await refreshes()).toBe(1);
  });

  test('that ended is refreshed once, however many ask at once', async () => {
    lab.advance(7_200_000);
    const tokens = await Promise.all(Array.from({ length: 50 }, () => accessTokenOf(lab.deps, account)));
    expect(new Set(tokens).size).toBe(1);
    expect(await refreshes()).toBe(1);
    await works(tokens[0] ?? '');
  });

  test('is waited for by one who comes while it is refreshed', async () => {
    lab.advance(7_200_000);
    let late: Promise<string> | undefined;
    const refresh = async (refreshToken: string) => {
      late = accessTokenOf(lab.deps, account);
      // Time enough for the late one to find the lock.
      await new Promise((resolve) => setImmediate(resolve));
      return lab.deps.x.refresh(refreshToken);
    };
    const token = await accessTokenOf({ ...lab.deps, x: { ...lab.deps.x, refresh } }, account);
    expect(await late).toBe(token);
    expect(await refreshes()).toBe(1);
  });

  test('that X refused is replaced once for all who met the refusal', async () => {
    const refused = await accessTokenOf(lab.deps, account);
    const tokens = await Promise.all(Array.from({ length: 10 }, () => accessTokenOf(lab.deps, account, refused)));
    expect(new Set(tokens).size).toBe(1);
    expect(tokens[0]).not.toBe(refused);
    expect(await refreshes()).toBe(1);
  });

  test('is asked for once more with the same refresh token when no answer came, and X had not used it', async () => {
    lab.advance(7_200_000);
    await lab.faults({ ...token, fault: { kind: 'cut', phase: 'before' } });
    await works(await accessTokenOf(lab.deps, account));
    expect(await refreshes()).toBe(2);
  });

  test('cannot be had when X used the refresh token and its answer was lost: the account is to be connected again', async () => {
    lab.advance(7_200_000);
    await lab.faults({ ...token, fault: { kind: 'cut', phase: 'after' } });
    await expect(accessTokenOf(lab.deps, account)).rejects.toMatchObject({ failure: { kind: 'unauthorized' } });
  });

  test('that X refuses for good is asked for by nobody again: not by those who wait, not by those who come later', async () => {
    lab.advance(7_200_000);
    await lab.faults({ ...token, times: 50, fault: { kind: 'oauth', error: 'invalid_request' } });
    const asked = await Promise.allSettled(Array.from({ length: 20 }, () => accessTokenOf(lab.deps, account)));
    const late = await Promise.allSettled([accessTokenOf(lab.deps, account)]);
    for (const each of [...asked, ...late]) {
      expect(each).toMatchObject({ status: 'rejected', reason: { failure: { kind: 'unauthorized' } } });
    }
    expect(await refreshes()).toBe(1);
  });

  test('works again once the account is connected again after a final refusal', async () => {
    lab.advance(7_200_000);
    await lab.faults({ ...token, fault: { kind: 'oauth', error: 'invalid_request' } });
    await expect(accessTokenOf(lab.deps, account)).rejects.toMatchObject({ failure: { kind: 'unauthorized' } });
    await works(await accessTokenOf(lab.deps, await lab.connect('acme_coffee')));
  });

  test('does not cost the connection while X is not there at all', async () => {
    lab.advance(7_200_000);
    await lab.faults({ ...token, times: 2, fault: { kind: 'status', status: 503 } });
    await expect(accessTokenOf(lab.deps, account)).rejects.toMatchObject({ failure: { kind: 'unknown_outcome' } });
    await works(await accessTokenOf(lab.deps, account));
  });

  test('does not cost the connection when X refuses the app itself', async () => {
    lab.advance(7_200_000);
    await lab.faults({ ...token, fault: { kind: 'unauthorized' } });
    await expect(accessTokenOf(lab.deps, account)).rejects.toMatchObject({ failure: { kind: 'app_not_enrolled' } });
    await works(await accessTokenOf(lab.deps, account));
  });

  test('is taken from whoever won when X refuses an older refresh token', async () => {
    lab.advance(7_200_000);
    const stored = await lab.memory.tokens.find(account.workspaceId, account.id);
    const winner = await accessTokenOf(lab.deps, account);
    // A loser that read before the winner wrote, and whose lock the store lets through.
    let first = true;
    const tokens = {
      find: async (workspaceId: string, accountId: string) => {
        if (!first || !stored) return lab.memory.tokens.find(workspaceId, accountId);
        first = false;
        return stored;
      },
      save: async () => stored,
    };
    expect(await accessTokenOf({ ...lab.deps, tokens }, account)).toBe(winner);
  });

  test('is refreshed by the next one when whoever held the lock is gone', async () => {
    lab.advance(7_200_000);
    const stored = await lab.memory.tokens.find(account.workspaceId, account.id);
    if (!stored) throw new Error('no tokens');
    await lab.memory.tokens.save({
      ...stored,
      refreshingUntil: new Date(lab.deps.now().getTime() + 400).toISOString(),
    });
    await works(await accessTokenOf(lab.deps, account));
    expect(await refreshes()).toBe(1);
  });

  test('does not come back to an account that was disconnected during the refresh', async () => {
    lab.advance(7_200_000);
    const refresh = async (refreshToken: string) => {
      await lab.memory.accounts.disconnect(account, { actor: account.changedBy, correlationId: 'c' });
      return lab.deps.x.refresh(refreshToken);
    };
    const deps = { ...lab.deps, x: { ...lab.deps.x, refresh } };
    await expect(accessTokenOf(deps, account)).rejects.toMatchObject({ failure: { kind: 'unauthorized' } });
    expect(await lab.memory.tokens.find(account.workspaceId, account.id)).toBeUndefined();
  });
});
