import { assertVersion } from '#shared/http/etag.ts';
import { type Caller, type Route, route } from '#shared/http/route.ts';
import type { PageScope } from '#shared/page.ts';
import { personNow } from '../current-person.ts';
import type { Deps } from '../deps.ts';
import { handOver, isDormant, withRole, withStatus } from '../domain/member.ts';
import { assertReach } from '../domain/role-reach.ts';
import { type Membership, noSuchWorkspace } from '../domain/workspace.ts';
import * as contract from './member-contract.ts';

/** Most pages of members read for one page of dormant members, which can therefore be short. */
const maxPagesRead = 10;

/** Routes of members. */
export const membersRoutes = (deps: Deps): Route[] => {
  const { members, people } = deps;

  const viewOf = async (member: Membership): Promise<contract.MemberView> => {
    const { personId, subject, role, status, createdAt: joinedAt, version } = member;
    const person = await people.find(subject);
    return {
      personId,
      name: person?.name ?? '',
      email: person?.email ?? '',
      role,
      // Removed members are never shown.
      status: status === 'disabled' ? 'disabled' : 'active',
      joinedAt,
      lastSignInAt: person?.lastSignInAt ?? null,
      version,
    };
  };

  const page = async (workspaceId: string, limit: number, cursor: string | undefined, scope: PageScope) => {
    const { items, nextCursor } = await members.list(workspaceId, { limit, cursor, scope });
    return { items: await Promise.all(items.map(viewOf)), nextCursor };
  };

  /** Collects dormant members from up to `maxPagesRead` pages of members. */
  const dormantPage = async (
    workspaceId: string,
    days: number,
    { limit, cursor, scope }: { limit: number; cursor: string | undefined; scope: PageScope },
  ) => {
    const found: contract.MemberView[] = [];
    let from = cursor ?? null;
    let pages = 0;
    do {
      const { items, nextCursor } = await page(workspaceId, limit - found.length, from ?? undefined, scope);
      found.push(...items.filter((each) => isDormant(each.lastSignInAt, each.joinedAt, days, deps.now())));
      from = nextCursor;
      pages += 1;
    } while (from !== null && found.length < limit && pages < maxPagesRead);
    return { items: found, nextCursor: from };
  };

  /** Returns the member to act on, whose role must not be above the caller's. */
  const target = async (caller: Caller, personId: string) => {
    const member = await members.get(caller.workspaceId, personId);
    assertReach(caller.role, member.role);
    return { member, by: caller.role };
  };

  const setStatus = async (caller: Caller, personId: string, status: Membership['status']) => {
    const { member } = await target(caller, personId);
    // A repeated request.
    if (member.status === status) return member;
    return members.change(member, withStatus(member, status), caller);
  };

  return [
    route(contract.listMembers, async ({ query: { limit, cursor, dormantForDays }, caller: { workspaceId } }) => {
      const scope = { operation: contract.listMembers.id, workspaceId, dormantForDays };
      return dormantForDays === undefined
        ? page(workspaceId, limit, cursor, scope)
        : dormantPage(workspaceId, dormantForDays, { limit, cursor, scope });
    }),
    route(contract.getMember, async ({ path, caller }) => viewOf(await members.get(caller.workspaceId, path.personId))),
    route(contract.changeMemberRole, async ({ path, body, caller, request }) => {
      const { member, by } = await target(caller, path.personId);
      assertReach(by, body.role);
      assertVersion(member, request.ifMatch);
      if (member.role === body.role) return viewOf(member);
      return viewOf(await members.change(member, withRole(member, body.role), caller));
    }),
    route(contract.disableMember, async ({ path, caller }) =>
      viewOf(await setStatus(caller, path.personId, 'disabled')),
    ),
    route(contract.enableMember, async ({ path, caller }) => viewOf(await setStatus(caller, path.personId, 'active'))),
    route(contract.removeMember, async ({ path, caller }) => {
      await setStatus(caller, path.personId, 'removed');
      return undefined;
    }),
    route(contract.leaveWorkspace, async ({ body, caller }) => {
      if (body.workspaceId !== caller.workspaceId) throw noSuchWorkspace();
      const { member } = await personNow(deps, caller);
      await members.change(member, withStatus(member, 'removed'), caller);
      return undefined;
    }),
    route(contract.transferOwnership, async ({ body, caller }) => {
      const { member: owner } = await personNow(deps, caller);
      const heir = await members.get(caller.workspaceId, body.personId);
      return viewOf(await members.handOver(handOver(owner, heir), caller));
    }),
  ];
};
