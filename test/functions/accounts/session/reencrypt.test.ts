import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Deps } from '#functions/accounts/deps.ts';
import { keyVersionOf } from '#functions/accounts/domain/sealed.ts';
import { XError } from '#functions/accounts/domain/x-failure.ts';
import { vaultWith } from '#functions/accounts/ports/vault.ts';
import { accessTokenOf, openTokens, sealedTokens } from '#functions/accounts/session/access-token.ts';
import { reencrypt, type Reencryption } from '#functions/accounts/session/reencrypt.ts';
import { newId } from '#shared/ids.ts';
import { memoryAccounts } from '#test/support/memory/accounts.ts';
import { pace } from '../harness.ts';

const noon = new Date('2026-11-22T12:00:00.000Z');
const workspaceId = newId('wsp', noon);
const hours = 60 * 60_000;

/** Tokens in memory, keys that a test rotates, and an X that accepts each refresh token once. */
const open = () => {
  const clock = { now: noon };
  const held: { vaultKey: string; previousVaultKeys: string[] } = { vaultKey: keyNamed(1), previousVaultKeys: [] };
  const vault = vaultWith(async () => held);
  const memory = memoryAccounts(() => clock.now);
  const good = new Map<string, number>();
  let refreshes = 0;
  const refresh = async (refreshToken: string) => {
    const generation = good.get(refreshToken);
    if (generation === undefined) throw new XError({ kind: 'invalid', reason: 'used' });
    good.delete(refreshToken);
    refreshes += 1;
    const name = refreshToken.split('/')[0] ?? '';
    good.set(`${name}/${generation + 1}`, generation + 1);
    return { ...pairOf(name, generation + 1), expiresInSeconds: 7_200, scopes: [] };
  };
  const warnings: unknown[][] = [];
  const deps = {
    ...memory,
    vault,
    now: () => clock.now,
    pace: { ...pace, callMs: 500 },
    sleep: async () => new Promise<void>((resolve) => void setImmediate(resolve)),
    x: { refresh } as unknown as Deps['x'],
    log: { warn: (...said: unknown[]) => void warnings.push(said) },
  };
  const add = async (name: string) => {
    const owner = { workspaceId, id: newId('acc', noon) };
    good.set(`${name}/0`, 0);
    const stored = await sealedTokens(deps, owner, { ...pairOf(name, 0), expiresInSeconds: 7_200, scopes: [] });
    await memory.tokens.save({ ...stored, version: 0 });
    return owner;
  };
  const rotate = () => {
    held.previousVaultKeys = [held.vaultKey, ...held.previousVaultKeys];
    held.vaultKey = keyNamed(held.previousVaultKeys.length + 1);
  };
  const stored = async (owner: { workspaceId: string; id: string }) => {
    const found = await memory.tokens.find(owner.workspaceId, owner.id);
    if (!found) throw new Error('no tokens');
    return found;
  };
  return { deps, clock, held, memory, warnings, good, add, rotate, stored, refreshes: () => refreshes };
};

const keyNamed = (number: number) => `key number ${number} of the vault`.padEnd(40, '.');
const pairOf = (name: string, generation: number) => ({
  accessToken: `access of ${name}/${generation}`,
  refreshToken: `${name}/${generation}`,
});

const pass = async ({ deps }: ReturnType<typeof open>): Promise<Reencryption[]> => {
  const steps = [];
  for (let next: string | null = null, first = true; first || next !== null; first = false) {
    const step: Reencryption = await reencrypt(deps, next);
    steps.push(step);
    next = step.next;
  }
  return steps;
};

let world: ReturnType<typeof open>;
beforeEach(() => {
  world = open();
});

describe('reencryption', () => {
  test('does nothing while there is only one key', async () => {
    await world.add('maya');
    expect(await pass(world)).toEqual([{ resealed: 0, failed: 0, next: null }]);
  });

  test('seals every pair with the current key, whichever older key it used, page after page', async () => {
    const owners = await Promise.all(Array.from({ length: 130 }, (_, each) => world.add(`early${each}`)));
    world.rotate();
    owners.push(...(await Promise.all(Array.from({ length: 20 }, (_, each) => world.add(`late${each}`)))));
    world.rotate();
    const steps = await pass(world);
    expect(steps.reduce((sum, { resealed }) => sum + resealed, 0)).toBe(150);
    world.held.previousVaultKeys = [];
    for (const owner of owners) {
      const { accessToken, refreshToken } = await openTokens(world.deps, owner, await world.stored(owner));
      expect(world.good.has(refreshToken)).toBe(true);
      expect(accessToken).toBe(`access of ${refreshToken}`);
    }
    expect((await pass(world)).at(-1)).toEqual({ resealed: 0, failed: 0, next: null });
  });

  test('skips a pair that is being refreshed, and never overwrites what X returned', async () => {
    const owner = await world.add('maya');
    world.rotate();
    world.clock.now = new Date(noon.getTime() + 2 * hours);
    const { x } = world.deps;
    const refresh = async (token: string) => {
      await pass(world);
      return x.refresh(token);
    };
    expect(await accessTokenOf({ ...world.deps, x: { ...x, refresh } }, owner)).toBe('access of maya/1');
    const stored = await world.stored(owner);
    expect(await openTokens(world.deps, owner, stored)).toEqual(pairOf('maya', 1));
    // The refresh itself has sealed it with the current key.
    expect(keyVersionOf(stored.sealed)).not.toBe((await world.deps.vault.olderVersions())[0]);
  });

  test('loses to a refresh that began after it had read the pair', async () => {
    const owner = await world.add('maya');
    world.rotate();
    world.clock.now = new Date(noon.getTime() + 2 * hours);
    const { vault } = world.deps;
    const seal: typeof vault.seal = async (...given) => {
      await accessTokenOf(world.deps, owner);
      return vault.seal(...given);
    };
    const { tokens } = await world.memory.tokens.underKey((await vault.olderVersions())[0] ?? '', null, 1);
    expect(tokens).toHaveLength(1);
    expect(await reencrypt({ ...world.deps, vault: { ...vault, seal } }, null)).toMatchObject({
      resealed: 0,
      failed: 0,
    });
    expect(await openTokens(world.deps, owner, await world.stored(owner))).toEqual(pairOf('maya', 1));
  });

  test('continues past a pair that cannot be opened, and logs whose it is but nothing of it', async () => {
    const [broken, sound] = [await world.add('maya'), await world.add('noah')];
    const stored = await world.stored(broken);
    await world.memory.tokens.save({ ...stored, sealed: `${stored.sealed.slice(0, -8)}AAAAAAAA` });
    world.rotate();
    expect(await reencrypt(world.deps, null)).toMatchObject({ resealed: 1, failed: 1 });
    expect(keyVersionOf((await world.stored(sound)).sealed)).not.toBe(keyVersionOf(stored.sealed));
    expect(world.warnings).toHaveLength(1);
    expect(JSON.stringify(world.warnings)).toContain(broken.id);
    expect(JSON.stringify(world.warnings)).not.toContain(stored.sealed.slice(12, 30));
  });
});

test('however rotations, refreshes and passes interleave, each account keeps the pair that X accepts', async () => {
  const step = fc.constantFrom('rotate', 'pass', 'age and use', 'pass and use at once');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (story) => {
      const mixed = open();
      const owners = [await mixed.add('maya'), await mixed.add('noah')];
      const use = async () => Promise.all(owners.map((owner) => accessTokenOf(mixed.deps, owner)));
      for (const each of story) {
        if (each === 'rotate') mixed.rotate();
        if (each === 'pass') await pass(mixed);
        if (each === 'age and use' || each === 'pass and use at once') {
          mixed.clock.now = new Date(mixed.clock.now.getTime() + 2 * hours);
          await Promise.all([use(), each === 'age and use' ? undefined : pass(mixed)]);
        }
      }
      await pass(mixed);
      mixed.held.previousVaultKeys = [];
      for (const owner of owners) {
        const pair = await openTokens(mixed.deps, owner, await mixed.stored(owner));
        expect(mixed.good.has(pair.refreshToken)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});
