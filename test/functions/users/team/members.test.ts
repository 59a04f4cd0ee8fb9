import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { getMe } from '#functions/users/me/contract.ts';
import { workspaceIdOf } from '#functions/users/ports/tokens.ts';
import { refreshTokens } from '#functions/users/sign-in/contract.ts';
import * as contract from '#functions/users/team/member-contract.ts';
import { newId } from '#shared/ids.ts';
import { mayDo, Role } from '#shared/permissions.ts';
import type { SignedIn } from '#test/support/http-event.ts';
import { ada } from '../harness.ts';
import { password, team } from '../team-harness.ts';

const Page = z.object({
  items: z.array(z.looseObject({ personId: z.string(), role: z.string(), status: z.string() })),
  nextCursor: z.string().nullable(),
});
const Rows = z.array(z.looseObject({ pk: z.string(), sk: z.string() }));
const noon = new Date('2026-11-22T12:00:00.000Z');
const day = 24 * 60 * 60 * 1000;
const problem = (status: number, code: string) => ({ status, body: { code } });

describe('the list of members', () => {
  test('shows everybody once, in order, page by page, and nobody of another workspace', async () => {
    const { users, owner, member, stranger } = await team();
    const ids = [owner.personId];
    for (let each = 0; each < 7; each += 1) ids.push((await member(`member${each}`)).personId);
    await stranger('eve');
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { limit: '3', ...(cursor !== null && { cursor }) };
      const page: z.infer<typeof Page> = Page.parse(
        (await users.call(contract.listMembers, { as: owner, query })).body,
      );
      seen.push(...page.items.map(({ personId }) => personId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual([...ids].sort());
  });

  test('of the largest workspace shows a thousand members in order, in ten pages', async () => {
    const { users, owner, member } = await team();
    const { personId } = await member('one');
    const { subject } = await users.deps.members.get(owner.workspaceId, personId);
    const { items, table } = users.deps;
    const theirs = JSON.stringify([...items.values()].filter((row) => JSON.stringify(row).includes(personId)));
    for (let each = 2; each < 1_000; each += 1) {
      const id = newId('usr', noon);
      await table.putAll(Rows.parse(JSON.parse(theirs.replaceAll(personId, id).replaceAll(subject, `of-${id}`))));
    }
    const seen: string[] = [];
    let pages = 0;
    for (let cursor: string | null = ''; cursor !== null; pages += 1) {
      const query: Record<string, string> = { limit: '100', ...(cursor !== '' && { cursor }) };
      const page = Page.parse((await users.call(contract.listMembers, { as: owner, query })).body);
      seen.push(...page.items.map((item) => item.personId));
      cursor = page.nextCursor;
    }
    expect([pages, seen.length]).toEqual([10, 1_000]);
    expect(seen).toEqual([...new Set(seen)].sort());
  });

  test('filters dormant members: no sign-in for so many days, or none since they joined', async () => {
    const { users, owner, member } = await team();
    await users.signIn();
    const never = await member('never');
    const seen = await member('seen');
    users.clock.pass(40 * day);
    await users.signIn({ ...ada, email: 'seen@example.com', password });
    users.clock.pass(50 * day + 1);
    const dormant = async (days: number) => {
      const query = { dormantForDays: String(days), limit: '1' };
      const first = Page.parse((await users.call(contract.listMembers, { as: owner, query })).body);
      const rest = first.nextCursor === null ? [] : await next(query, first.nextCursor);
      return [...first.items, ...rest].map(({ personId }) => personId).sort();
    };
    const next = async (query: Record<string, string>, cursor: string): Promise<z.infer<typeof Page>['items']> => {
      const page = Page.parse(
        (await users.call(contract.listMembers, { as: owner, query: { ...query, cursor } })).body,
      );
      return [...page.items, ...(page.nextCursor === null ? [] : await next(query, page.nextCursor))];
    };
    expect(await dormant(90)).toEqual([owner.personId, never.personId].sort());
    expect(await dormant(50)).toEqual([owner.personId, never.personId, seen.personId].sort());
    expect(await dormant(91)).toEqual([]);
  });
});

describe('a role', () => {
  test('is changed and emitted, and is in the next token', async () => {
    const { users, owner, member, setRole, told } = await team();
    const { personId } = await member('bob', 'editor');
    expect(await setRole(owner, personId, 'manager')).toMatchObject({ status: 200, body: { role: 'manager' } });
    expect(told().at(-1)).toEqual(['member.role_changed', personId, { role: 'manager', previousRole: 'editor' }]);
    expect((await users.whoIs('bob@example.com')).role).toBe('manager');
  });

  test('is changed only with the current version in If-Match', async () => {
    const { users, owner, member } = await team();
    const { personId } = await member('bob');
    const change = (ifMatch: string) =>
      users.call(contract.changeMemberRole, {
        as: owner,
        path: { personId },
        body: { role: 'analyst' },
        headers: { 'if-match': ifMatch },
      });
    expect(await change('"v7"')).toMatchObject({ status: 412 });
    expect(await change('"v1"')).toMatchObject({ status: 200 });
  });

  test('above one’s own cannot be given, and a member who has one cannot be disabled', async () => {
    for (const mine of Role.options) {
      for (const theirs of Role.options) {
        const { owner, member, setRole, call } = await team();
        const me = mine === 'owner' ? owner : await member('me', mine);
        const { personId } = await member('other', theirs);
        const isMine = mayDo(mine, 'members:manage');
        const reaches = Role.options.indexOf(mine) <= Role.options.indexOf(theirs);
        const expected = !isMine ? 'role_lacks_permission' : reaches ? undefined : 'role_above_own';
        const touched = await call(contract.disableMember, me, personId);
        expect(z.object({ code: z.string().optional() }).parse(touched.body).code, `${mine} on ${theirs}`).toBe(
          expected,
        );
        const { personId: target } = await member('target', 'analyst');
        const given = await setRole(me, target, theirs);
        expect(z.object({ code: z.string().optional() }).parse(given.body).code, `${mine} gives ${theirs}`).toBe(
          expected,
        );
      }
    }
  });
});

describe('a member who is removed, disabled or demoted', () => {
  test.each([
    ['removed', contract.removeMember, 204, 'member.removed'],
    ['disabled', contract.disableMember, 200, 'member.disabled'],
  ] as const)(
    '(%s) gets no token of the workspace any more, neither by signing in nor by a refresh',
    async (_, operation, status, event) => {
      const { users, owner, member, call, told } = await team();
      const bob = await member('bob');
      const who = { ...ada, email: 'bob@example.com', password };
      const Tokens = z.object({ accessToken: z.string(), refreshToken: z.string() });
      const { refreshToken } = Tokens.parse((await users.signIn(who)).body);
      expect(await call(operation, owner, bob.personId)).toMatchObject({ status });
      expect(told().at(-1)?.slice(0, 2)).toEqual([event, bob.personId]);
      const renewed = await users.call(refreshTokens, { body: { refreshToken } });
      for (const { body } of [renewed, await users.signIn(who)]) {
        const tokens = { ...Tokens.parse(body), expiresIn: 900, tokenType: 'Bearer' as const };
        expect(workspaceIdOf(tokens)).not.toBe(owner.workspaceId);
      }
      expect(await users.call(getMe, { as: bob })).toMatchObject(problem(403, 'not_a_member'));
    },
  );

  test('cannot use an old access token on another member', async () => {
    const { owner, member, call, setRole } = await team();
    const admin = await member('admin', 'admin');
    const bob = await member('bob');
    await setRole(owner, admin.personId, 'editor');
    expect(await call(contract.removeMember, admin, bob.personId)).toMatchObject(problem(403, 'role_lacks_permission'));
    await call(contract.removeMember, owner, admin.personId);
    expect(await call(contract.removeMember, admin, bob.personId)).toMatchObject(problem(403, 'not_a_member'));
    expect(await call(contract.getMember, owner, bob.personId)).toMatchObject({ status: 200 });
  });

  test('continues in another workspace while disabled, and can return once enabled', async () => {
    const { users, owner, stranger, invite, accept, tokenFor, call, told } = await team();
    const eve = await stranger('eve');
    await invite('eve@example.com', 'manager');
    await accept(tokenFor('eve@example.com'), eve);
    const here = { ...eve, workspaceId: owner.workspaceId, role: 'manager' as const };
    await users.deps.workspaces.switchTo(await users.deps.members.get(owner.workspaceId, eve.personId), {
      actor: { type: 'person', id: eve.personId },
      correlationId: 'switch',
    });
    expect(await users.whoIs('eve@example.com')).toEqual(here);
    await call(contract.disableMember, owner, eve.personId);
    expect(await users.whoIs('eve@example.com')).toEqual(eve);
    expect(await call(contract.enableMember, owner, eve.personId)).toMatchObject({ body: { status: 'active' } });
    expect(
      told()
        .slice(-2)
        .map(([type]) => type),
    ).toEqual(['member.disabled', 'member.enabled']);
    // A second request changes nothing and emits nothing.
    await call(contract.enableMember, owner, eve.personId);
    expect(told().at(-1)?.[0]).toBe('member.enabled');
    expect(told().filter(([type]) => type === 'member.enabled')).toHaveLength(1);
  });

  test('and returns by an invitation has continuing versions', async () => {
    const { users, owner, stranger, invite, accept, tokenFor, call } = await team();
    const eve = await stranger('eve');
    const come = async () => {
      users.clock.pass(60_000);
      await invite('eve@example.com');
      return accept(tokenFor('eve@example.com'), eve);
    };
    expect(await come()).toMatchObject({ status: 200 });
    expect(await call(contract.removeMember, owner, eve.personId)).toMatchObject({ status: 204 });
    expect(await call(contract.getMember, owner, eve.personId)).toMatchObject(problem(404, 'member_not_found'));
    expect(await call(contract.removeMember, owner, eve.personId)).toMatchObject(problem(404, 'member_not_found'));
    expect(await come()).toMatchObject({ status: 200 });
    const { version } = await users.deps.members.get(owner.workspaceId, eve.personId);
    expect(version).toBe(3);
  });
});

describe('ownership', () => {
  test('is never lost: the last owner can neither be demoted, disabled or removed, nor leave', async () => {
    const { users, owner, member, setRole, call, told } = await team();
    await member('admin', 'admin');
    const before = told();
    const mine = { workspaceId: owner.workspaceId };
    expect(await setRole(owner, owner.personId, 'admin')).toMatchObject(problem(409, 'last_owner'));
    expect(await call(contract.disableMember, owner, owner.personId)).toMatchObject(problem(409, 'last_owner'));
    expect(await call(contract.removeMember, owner, owner.personId)).toMatchObject(problem(409, 'last_owner'));
    expect(await users.call(contract.leaveWorkspace, { as: owner, body: mine })).toMatchObject(
      problem(409, 'last_owner'),
    );
    expect(told()).toEqual(before);
    // A second owner who is disabled does not count.
    const second = await member('second', 'owner');
    await call(contract.disableMember, owner, second.personId);
    expect(await users.call(contract.leaveWorkspace, { as: owner, body: mine })).toMatchObject(
      problem(409, 'last_owner'),
    );
    await call(contract.enableMember, owner, second.personId);
    // A request that names another workspace than that of the token is refused.
    const elsewhere = { workspaceId: 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    const foreign = await users.call(contract.leaveWorkspace, { as: owner, body: elsewhere });
    expect(foreign).toMatchObject(problem(404, 'workspace_not_found'));
    expect(await users.call(contract.leaveWorkspace, { as: owner, body: mine })).toMatchObject({ status: 204 });
  });

  test('is transferred in one step: the former owner stays as an admin', async () => {
    const { users, owner, member, told, stranger } = await team();
    const bob = await member('bob', 'editor');
    const eve = await stranger('eve');
    const transfer = (personId: string, as: SignedIn = owner) =>
      users.call(contract.transferOwnership, { as, body: { personId } });
    expect(await transfer(eve.personId)).toMatchObject(problem(404, 'member_not_found'));
    expect(await transfer(owner.personId)).toMatchObject(problem(409, 'no_heir'));
    expect(await transfer(bob.personId)).toMatchObject({
      status: 200,
      body: { personId: bob.personId, role: 'owner' },
    });
    expect(told().slice(-3)).toEqual([
      ['member.role_changed', owner.personId, { role: 'admin', previousRole: 'owner' }],
      ['member.role_changed', bob.personId, { role: 'owner', previousRole: 'editor' }],
      ['ownership.transferred', bob.personId, { from: owner.personId }],
    ]);
    expect(await transfer(bob.personId)).toMatchObject(problem(403, 'role_lacks_permission'));
    expect((await users.whoIs(ada.email)).role).toBe('admin');
  });
});

test('no event of the team contains an address or a name', async () => {
  const { member, told } = await team();
  await member('bob');
  const said = JSON.stringify(told());
  expect(said).toContain('member.added');
  for (const personal of ['bob@', 'example.com', 'Someone New']) expect(said).not.toContain(personal);
});
