import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { followStanding, standingEvents } from '#events/standing.ts';
import * as users from '#events/users.ts';
import * as accounts from '#functions/accounts/contract.ts';
import * as analytics from '#functions/analytics/contract.ts';
import * as campaigns from '#functions/campaigns/contract.ts';
import * as platform from '#functions/platform/contract.ts';
import * as posts from '#functions/posts/contract.ts';
import type { DomainEvent, EventDefinition } from '#shared/events/event.ts';
import { busEntry } from '#shared/events/publish.ts';
import { currentCaller } from '#shared/http/caller.ts';
import { type Operation, operation } from '#shared/http/operation.ts';
import type { Role } from '#shared/permissions.ts';
import { longestTokenSeconds, type Standing, standingStore } from '#shared/standing.ts';
import { owner } from '../support/http-event.ts';
import { memoryTable } from '../support/memory/table.ts';

const noon = new Date('2026-12-24T12:00:00.000Z');
const { personId, workspaceId } = owner;

const told = (definition: EventDefinition, entityVersion: number, data: object = {}): DomainEvent => ({
  definition,
  detail: {
    schemaVersion: 1,
    workspaceId,
    entityId: personId,
    entityVersion,
    occurredAt: noon.toISOString(),
    actor: { type: 'person', id: personId },
    correlationId: 'correlation-1',
    data,
  },
});

/** The standings in a context that has handled these events in this order. */
const having = async (...events: readonly DomainEvent[]) => {
  let at = noon;
  const store = standingStore(memoryTable(() => at).table);
  for (const event of events) {
    const { detail } = busEntry(event, `event-${event.detail.entityVersion}`, 0);
    const subscription = followStanding(store).find(({ definition }) => definition === event.definition);
    await subscription?.handle(JSON.parse(detail), { isReplay: false });
  }
  return { find: store.find, pass: (seconds: number) => (at = new Date(at.getTime() + seconds * 1000)) };
};

const removed = told(users.MemberRemoved, 3, { role: 'admin' });
const demoted = told(users.MemberRoleChanged, 3, { role: 'analyst', previousRole: 'admin' });
const disabled = told(users.MemberDisabled, 4);
const enabled = told(users.MemberEnabled, 5);
const addedAgain = told(users.MemberAdded, 6, { role: 'editor' });

const act = (method: Operation['method'], access: Operation['access']): Operation =>
  operation({ id: 'act', method, path: '/v1/things', summary: 'Act', access });
const caller = {
  personId,
  people: [personId],
  workspaceId,
  role: 'admin' as Role,
  actor: { type: 'person' as const, id: personId },
  correlationId: 'correlation-1',
  tokenId: 'token-1',
};

describe('an access token checked against the current standing', () => {
  test.each([
    ['of a removed member', [removed], 'not_a_member'],
    ['of a disabled member', [disabled], 'not_a_member'],
    ['of a member with a lesser role', [demoted], 'role_lacks_permission'],
    ['of one who was demoted, disabled and let in again', [demoted, disabled, enabled], 'role_lacks_permission'],
    ['of one whose demotion is heard of last', [disabled, enabled, demoted], 'role_lacks_permission'],
    ['of a revoked service account', [told(users.ServiceAccountRevoked, 2)], 'not_a_member'],
    [
      'of a demoted service account',
      [told(users.ServiceAccountChanged, 2, { role: 'editor', createdBy: personId, secretIssuedBy: personId })],
      'role_lacks_permission',
    ],
  ])('%s is refused every change', async (_, events, code) => {
    const { find } = await having(...events);
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'] as const) {
      await expect(currentCaller(act(method, 'accounts:connect'), caller, find)).rejects.toMatchObject({ code });
    }
  });

  test('of a removed member still allows reads and operations on the person alone', async () => {
    const { find } = await having(removed);
    for (const operation of [act('GET', 'accounts:connect'), act('POST', 'signed-in')]) {
      await expect(currentCaller(operation, caller, find)).resolves.toEqual(caller);
    }
  });

  test('of a demoted member yields a caller with the current role', async () => {
    const { find } = await having(demoted);
    const current = await currentCaller(act('POST', 'posts:read'), caller, find);
    expect(current).toEqual({ ...caller, role: 'analyst' });
  });

  test('is trusted when nothing has changed, and yields the new role of a member who was added again', async () => {
    const nothing = await having();
    await expect(currentCaller(act('POST', 'accounts:connect'), caller, nothing.find)).resolves.toEqual(caller);
    const again = await having(removed, addedAgain);
    await expect(currentCaller(act('POST', 'posts:write'), caller, again.find)).resolves.toMatchObject({
      role: 'editor',
    });
  });
});

test('a changed standing is kept for the longest lifetime of a token and then expires', async () => {
  const { find, pass } = await having(removed);
  pass(longestTokenSeconds);
  expect(await find({ workspaceId, personId })).toMatchObject({ isActive: false });
  pass(longestTokenSeconds);
  expect(await find({ workspaceId, personId })).toBeUndefined();
});

test('duplicate events in any order leave the role and activity of the latest ones', async () => {
  const steps = fc.array(fc.constantFrom('role', 'out', 'in', 'again'), { minLength: 1, maxLength: 8 });
  const orders = steps.chain((kinds) =>
    fc.tuple(
      fc.constant(kinds),
      fc.shuffledSubarray([...kinds.keys(), ...kinds.keys()], { minLength: 2 * kinds.length }),
    ),
  );
  await fc.assert(
    fc.asyncProperty(orders, async ([kinds, order]) => {
      const roles = ['admin', 'manager', 'editor', 'analyst'] as const;
      const expected: Standing = {};
      const events = kinds.map((kind, index) => {
        const role = roles[index % 4] ?? 'editor';
        if (kind === 'role' || kind === 'again') expected.role = role;
        if (kind !== 'role') expected.isActive = kind !== 'out';
        if (kind === 'role') return told(users.MemberRoleChanged, index + 1, { role, previousRole: 'owner' });
        if (kind === 'again') return told(users.MemberAdded, index + 1, { role });
        return told(kind === 'out' ? users.MemberDisabled : users.MemberEnabled, index + 1);
      });
      const { find } = await having(...order.flatMap((index) => events[index] ?? []));
      expect(await find({ workspaceId, personId })).toMatchObject(expected);
    }),
  );
});

test('every context whose operations change a workspace listens to all standing events', () => {
  const changing = Object.entries({ accounts, analytics, campaigns, platform, posts }).filter(([, { operations }]) => {
    const all: readonly Operation[] = operations;
    return all.some(({ asksWhetherSignedIn }) => asksWhetherSignedIn);
  });
  expect(changing.map(([name]) => name)).toEqual(['accounts', 'analytics', 'campaigns', 'platform', 'posts']);
  for (const [name, { listensTo }] of changing) {
    const heard: readonly EventDefinition[] = listensTo;
    expect(heard, name).toEqual(expect.arrayContaining([...standingEvents]));
  }
});
