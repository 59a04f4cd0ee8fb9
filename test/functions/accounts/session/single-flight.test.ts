import fc from 'fast-check';
import { expect, test } from 'vitest';
import { XError } from '#functions/accounts/domain/x-failure.ts';
import { vaultWith } from '#functions/accounts/ports/vault.ts';
import { accessTokenOf, openTokens, sealedTokens } from '#functions/accounts/session/access-token.ts';
import { newId } from '#shared/ids.ts';
import { memoryAccounts } from '#test/support/memory/accounts.ts';
import { harness, pace, partOn, secret } from '../harness.ts';

const noon = new Date('2026-11-22T12:00:00.000Z');
const owner = { workspaceId: newId('wsp', noon), id: newId('acc', noon) };

test('fifty concurrent publications with an expired token cause one refresh and are all published', async () => {
  // Answers to fifty concurrent calls take their time on a busy machine.
  const context = await harness({ timeoutMs: 10_000 });
  try {
    const account = await context.connect('acme_coffee');
    context.clock.pass(7_200_000);
    const parts = Array.from({ length: 50 }, (_, each) => partOn(account, { text: `Beans of farm ${each}` }));
    const outcomes = await Promise.all(parts.map((part) => context.publish(part)));
    expect(new Set(outcomes.map(({ outcome }) => outcome))).toEqual(new Set(['published']));
    const asked = (await context.requests()).filter(({ operation }) => operation === '/2/oauth2/token');
    expect(asked.filter(({ body }) => JSON.stringify(body).includes('"refresh_token":'))).toHaveLength(1);
    expect(await context.posts()).toHaveLength(50);
  } finally {
    await context.sandbox.close();
  }
});

/** Callers that ask for an expired token; the scheduler interleaves every step. */
const race = async (scheduler: fc.Scheduler, callers: number) => {
  const memory = memoryAccounts(() => noon);
  let refreshes = 0;
  const step = <Given extends unknown[], Result>(run: (...given: Given) => Promise<Result>) =>
    scheduler.scheduleFunction(run);
  const deps = {
    vault: vaultWith(async () => secret),
    tokens: {
      find: step(memory.tokens.find.bind(memory.tokens)),
      save: step(memory.tokens.save.bind(memory.tokens)),
    },
    now: () => noon,
    pace,
    sleep: step(async (_: number) => Promise.resolve()),
    x: {
      refresh: step(async (refreshToken: string) => {
        // X accepts each refresh token once.
        if (refreshToken !== 'refresh-0') throw new XError({ kind: 'invalid', reason: 'used' });
        refreshes += 1;
        return { accessToken: 'access-1', refreshToken: 'refresh-1', expiresInSeconds: 7_200, scopes: [] };
      }),
    },
  };
  const old = { accessToken: 'access-0', refreshToken: 'refresh-0', expiresInSeconds: 0, scopes: [] };
  await memory.tokens.save({ ...(await sealedTokens(deps, owner, old)), version: 0 });
  const x = deps.x as unknown as Parameters<typeof accessTokenOf>[0]['x'];
  const asking = Promise.all(Array.from({ length: callers }, () => accessTokenOf({ ...deps, x }, owner)));
  const tokens = await scheduler.waitFor(asking);
  const stored = await memory.tokens.find(owner.workspaceId, owner.id);
  return { tokens, refreshes, kept: stored && (await openTokens(deps, owner, stored)) };
};

test('in any interleaving of concurrent callers X is asked once, and the pair that it returned is kept', async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 6 }), async (scheduler, callers) => {
      const { tokens, refreshes, kept } = await race(scheduler, callers);
      expect(new Set(tokens)).toEqual(new Set(['access-1']));
      expect(refreshes).toBe(1);
      expect(kept).toEqual({ accessToken: 'access-1', refreshToken: 'refresh-1' });
    }),
    { numRuns: 100 },
  );
});
