import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dueProbes, probe, probeNow } from '#functions/accounts/account-health/probe.ts';
import { eventsFor } from '#functions/accounts/changes.ts';
import { disconnectAccount } from '#functions/accounts/connections/connect.ts';
import type { Account } from '#functions/accounts/domain/account.ts';
import { newId } from '#shared/ids.ts';
import { author, type Lab, openLab, partOn } from '../harness.ts';

let lab: Lab;
let account: Account;
beforeEach(async () => {
  lab = await openLab();
  account = await lab.connect('acme_coffee');
});
afterEach(() => lab.sandbox.close());

const day = 24 * 60 * 60_000;
const me = { method: 'GET', path: '/2/users/me' };
const now = () => lab.memory.accounts.get(account.workspaceId, account.id);
const told = () => lab.memory.changes.flatMap(eventsFor).map(({ definition }) => definition.type);
const probed = () => probe(lab.deps, { workspaceId: account.workspaceId, accountId: account.id }, author);
const atOnce = () => probeNow(lab.deps, account.workspaceId, account.id, author);

describe('a probe', () => {
  test('takes over what X tells of the account, and tells the others what it may do now', async () => {
    await lab.user('acme_coffee', {
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

  test('writes no version when X tells nothing new', async () => {
    lab.advance(1_000);
    await probed();
    const { version, probedAt } = await now();
    expect(version).toBe(account.version);
    expect(Date.parse(probedAt)).toBeGreaterThan(Date.parse(account.probedAt));
    expect(told()).toEqual(['account.connected']);
  });

  test.each([
    ['suspended', 'suspended'],
    ['locked', 'locked'],
  ])('finds an account %s before a post does, and well again', async (state, health) => {
    await lab.user('acme_coffee', { [state]: true });
    expect(await probed()).toEqual({ outcome: 'told', health });
    expect(await now()).toMatchObject({ health });
    await lab.user('acme_coffee', { [state]: false });
    expect(await probed()).toEqual({ outcome: 'told', health: 'healthy' });
    expect(told()).toEqual(['account.connected', 'account.health_changed', 'account.health_changed']);
  });

  test('finds a connection that was ended on x.com', async () => {
    await lab.revokeAtX('acme_coffee');
    expect(await probed()).toEqual({ outcome: 'told', health: 'reconnect_needed' });
    expect(await now()).toMatchObject({ health: 'reconnect_needed', status: 'connected' });
  });

  test('does not call an account sick because X is', async () => {
    await lab.faults({ ...me, fault: { kind: 'status', status: 503 } });
    expect(await probed()).toEqual({ outcome: 'untold' });
    expect(await now()).toMatchObject({ health: 'healthy', version: 1 });
  });

  test('of a disconnected account is none', async () => {
    await disconnectAccount(lab.deps, account.workspaceId, account.id, author);
    expect(await probed()).toEqual({ outcome: 'skip' });
    expect((await lab.requests()).filter(({ path }) => path.startsWith('/2/users/me'))).toHaveLength(1);
  });

  test('does not bring back an account that is disconnected meanwhile', async () => {
    const x = {
      ...lab.deps.x,
      me: async (token: string) => {
        const user = await lab.deps.x.me(token);
        await disconnectAccount(lab.deps, account.workspaceId, account.id, author);
        return { ...user, name: 'Late' };
      },
    };
    await probe({ ...lab.deps, x }, { workspaceId: account.workspaceId, accountId: account.id }, author);
    expect(await now()).toMatchObject({ status: 'disconnected', name: account.name });
  });

  test('keeps what somebody else wrote while X was asked', async () => {
    const x = {
      ...lab.deps.x,
      me: async (token: string) => {
        await lab.deps.accounts.save({ ...(await now()), username: 'renamed_here' }, author);
        return { ...(await lab.deps.x.me(token)), name: 'New' };
      },
    };
    await probe({ ...lab.deps, x }, { workspaceId: account.workspaceId, accountId: account.id }, author);
    expect(await now()).toMatchObject({ name: 'New', version: 3 });
  });
});

describe('the accounts that are due', () => {
  test('are those X was last asked about a day ago; asked, they wait for the next day', async () => {
    const due = async () => (await dueProbes(lab.deps, 0)).accounts;
    lab.advance(day - 60_000);
    expect(await due()).toEqual([]);
    lab.advance(120_000);
    expect(await due()).toEqual([{ workspaceId: account.workspaceId, accountId: account.id }]);
    await lab.faults({ ...me, times: 'always', fault: { kind: 'status', status: 503 } });
    await probed();
    expect(await due()).toEqual([]);
  });

  test('are listed shard after shard, to the last', async () => {
    const shards = [];
    for (let shard: number | null = 0; shard !== null; shard = (await dueProbes(lab.deps, shard)).next) {
      shards.push(shard);
    }
    expect(shards).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });
});

describe('a probe that a person asks for', () => {
  test('heals an account that was just unlocked, so that its posts go on', async () => {
    await lab.user('acme_coffee', { locked: true });
    await lab.publish(partOn(account));
    expect(await atOnce()).toMatchObject({ health: 'locked' });
    await lab.user('acme_coffee', { locked: false });
    expect(await atOnce()).toMatchObject({ health: 'healthy', healthReason: null });
  });

  test('says that X is not there, or that the account is not connected or not theirs', async () => {
    await lab.faults({ ...me, fault: { kind: 'status', status: 503 } });
    await expect(atOnce()).rejects.toMatchObject({ kind: 'unavailable', code: 'x_unavailable' });
    await disconnectAccount(lab.deps, account.workspaceId, account.id, author);
    await expect(atOnce()).rejects.toMatchObject({ kind: 'conflict', code: 'account_disconnected' });
    const elsewhere = newId('wsp', new Date());
    await expect(probeNow(lab.deps, elsewhere, account.id, author)).rejects.toMatchObject({ kind: 'not-found' });
  });
});
