import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dueProbes, probe, probeNow } from '#functions/accounts/account-health/probe.ts';
import { disconnectAccount } from '#functions/accounts/connections/connect.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { newId } from '#shared/ids.ts';
import { aNumber, author, type Harness, harness, partOn } from '../harness.ts';

let context: Harness;
let account: Account;
beforeEach(async () => {
  context = await harness();
  account = await context.connect('acme_coffee');
});
afterEach(() => context.sandbox.close());

const day = 24 * 60 * 60_000;
const me = { method: 'GET', path: '/2/users/me' };
const now = () => context.deps.accounts.get(account.workspaceId, account.id);
/** Leaves out the profile counters, which are emitted with each connection and once a day. */
const told = () =>
  context.events().flatMap(({ definition: { type } }) => (type === 'account.metrics_updated' ? [] : [type]));
const probed = () => probe(context.deps, { workspaceId: account.workspaceId, accountId: account.id }, author);
const atOnce = () => probeNow(context.deps, account.workspaceId, account.id, author);

describe('a probe', () => {
  test('stores what X returns about the account and emits its new capabilities', async () => {
    await context.user('acme_coffee', {
      subscription: 'Premium',
      protected: true,
      name: 'Acme!',
    });
    expect(await probed()).toEqual({ outcome: 'told', health: 'healthy' });
    expect(await now()).toMatchObject({
      name: 'Acme!',
      isProtected: true,
      subscription: 'Premium',
      verifiedType: 'blue',
      capabilities: { maxWeightedLength: 25_000 },
      version: 2,
    });
    expect(told()).toEqual(['account.connected', 'account.capabilities_changed']);
  });

  test('emits the profile counters once a day, and whenever one of them has changed', async () => {
    const counted = () => context.events().filter(({ definition }) => definition.type === 'account.metrics_updated');
    const [first] = counted();
    expect(first?.detail.data).toMatchObject({ metrics: { followers: aNumber, following: aNumber, posts: 0 } });
    await probed();
    expect(counted()).toHaveLength(1);
    context.clock.pass(day);
    await probed();
    expect(counted()).toHaveLength(2);
    await context.publish(partOn(account, { text: 'Beans' }));
    await probed();
    expect(counted().at(-1)?.detail.data).toMatchObject({ metrics: { posts: 1 } });
  });

  test('saves no new version when X returns nothing new', async () => {
    context.clock.pass(1_000);
    await probed();
    const { version, probedAt } = await now();
    expect(version).toBe(account.version);
    expect(Date.parse(probedAt)).toBeGreaterThan(Date.parse(account.probedAt));
    expect(told()).toEqual(['account.connected']);
  });

  test.each([
    ['suspended', 'suspended'],
    ['locked', 'locked'],
  ])('finds that an account is %s, and later that it is healthy again', async (state, health) => {
    await context.user('acme_coffee', { [state]: true });
    expect(await probed()).toEqual({ outcome: 'told', health });
    expect(await now()).toMatchObject({ health });
    await context.user('acme_coffee', { [state]: false });
    expect(await probed()).toEqual({ outcome: 'told', health: 'healthy' });
    expect(told()).toEqual(['account.connected', 'account.health_changed', 'account.health_changed']);
  });

  test('finds that the consent was revoked on x.com', async () => {
    await context.revokeAtX('acme_coffee');
    expect(await probed()).toEqual({ outcome: 'told', health: 'reconnect_needed' });
    expect(await now()).toMatchObject({ health: 'reconnect_needed', status: 'connected' });
  });

  test('leaves the health as it is when X itself fails', async () => {
    await context.faults({ ...me, fault: { kind: 'status', status: 503 } });
    expect(await probed()).toEqual({ outcome: 'untold' });
    expect(await now()).toMatchObject({ health: 'healthy', version: 1 });
  });

  test('of a disconnected account is skipped without a call to X', async () => {
    await disconnectAccount(context.deps, account.workspaceId, account.id, author);
    expect(await probed()).toEqual({ outcome: 'skip' });
    expect((await context.requests()).filter(({ path }) => path.startsWith('/2/users/me'))).toHaveLength(1);
  });

  test('does not reconnect an account that is disconnected during the probe', async () => {
    const x = {
      ...context.deps.x,
      me: async (token: string) => {
        const user = await context.deps.x.me(token);
        await disconnectAccount(context.deps, account.workspaceId, account.id, author);
        return { ...user, name: 'Late' };
      },
    };
    await probe({ ...context.deps, x }, { workspaceId: account.workspaceId, accountId: account.id }, author);
    expect(await now()).toMatchObject({ status: 'disconnected', name: account.name });
  });

  test('saves its result on top of a version that someone else wrote during the probe', async () => {
    const x = {
      ...context.deps.x,
      me: async (token: string) => {
        await context.deps.accounts.save({ ...(await now()), username: 'renamed_here' }, author);
        return { ...(await context.deps.x.me(token)), name: 'New' };
      },
    };
    await probe({ ...context.deps, x }, { workspaceId: account.workspaceId, accountId: account.id }, author);
    expect(await now()).toMatchObject({ name: 'New', version: 3 });
  });
});

describe('the accounts due for a probe', () => {
  test('are those last probed a day ago; after an attempt, even a failed one, they wait another day', async () => {
    const shards = [0, 1, 2, 3, 4, 5, 6, 7];
    const due = async () => {
      const pages = await Promise.all(shards.map((shard) => dueProbes(context.deps, shard)));
      return pages.flatMap(({ accounts }) => accounts);
    };
    context.clock.pass(day - 60_000);
    expect(await due()).toEqual([]);
    context.clock.pass(120_000);
    expect(await due()).toEqual([{ workspaceId: account.workspaceId, accountId: account.id }]);
    await context.faults({ ...me, times: 'always', fault: { kind: 'status', status: 503 } });
    await probed();
    expect(await due()).toEqual([]);
  });

  test('are listed shard by shard, up to the last', async () => {
    const shards = [];
    for (let shard: number | null = 0; shard !== null; shard = (await dueProbes(context.deps, shard)).next) {
      shards.push(shard);
    }
    expect(shards).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('a probe that a person requests', () => {
  test('marks an account as healthy right after it is unlocked', async () => {
    await context.user('acme_coffee', { locked: true });
    await context.publish(partOn(account));
    expect(await atOnce()).toMatchObject({ health: 'locked' });
    await context.user('acme_coffee', { locked: false });
    expect(await atOnce()).toMatchObject({ health: 'healthy', healthReason: null });
  });

  test('fails with its own code when X is down, and when the account is disconnected or of another workspace', async () => {
    await context.faults({ ...me, fault: { kind: 'status', status: 503 } });
    await expect(atOnce()).rejects.toMatchObject({ kind: 'unavailable', code: 'x_unavailable' });
    await disconnectAccount(context.deps, account.workspaceId, account.id, author);
    await expect(atOnce()).rejects.toMatchObject({ kind: 'conflict', code: 'account_disconnected' });
    const elsewhere = newId('wsp', new Date());
    await expect(probeNow(context.deps, elsewhere, account.id, author)).rejects.toMatchObject({ kind: 'not-found' });
  });
});
