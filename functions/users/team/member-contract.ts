import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { PersonId, WorkspaceId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Role } from '#shared/permissions.ts';
import { Instant } from '#shared/time.ts';
import type { UserErrors } from '../domain/error-codes.ts';

export const operation = capability<UserErrors>({
  name: 'Team',
  group: 'Workspace',
  description: 'Manage the members of a workspace and their roles, and invite people.',
});

const MemberId = PersonId.meta({ description: 'Id of a member' });
const onMember = z.strictObject({ personId: MemberId });

/** A member as shown to other members. */
const MemberView = z
  .object({
    personId: MemberId,
    name: z.string(),
    email: z.string(),
    role: Role.meta({ description: 'Role in the workspace' }),
    status: z
      .enum(['active', 'disabled'])
      .meta({ description: '`active`: has access; `disabled`: has no access until enabled again' }),
    joinedAt: Instant.meta({ description: 'When the person first joined the workspace (UTC)' }),
    lastSignInAt: Instant.nullable().meta({ description: 'Last sign-in to any workspace (UTC); null if never' }),
    version: z.int().meta({ description: 'Increases with each change; the ETag is derived from it' }),
  })
  .meta({ id: 'Member' });
export type MemberView = z.infer<typeof MemberView>;

/** What access tokens issued before the change can still do. */
const delay =
  'Access tokens already issued lose the right to make changes within seconds; most reads still work until they expire, within 15 minutes.';

export const listMembers = operation({
  id: 'listMembers',
  method: 'GET',
  path: '/v1/members',
  summary: 'List the members of the workspace',
  description: 'With `dormantForDays`, a page can hold fewer members than `limit` and still not be the last one.',
  access: 'members:read',
  request: {
    query: pageQuery({
      dormantForDays: z.coerce.number().int().min(1).max(3650).optional().meta({
        description: 'Only members whose last sign-in, or joining if later, was more than this many days ago',
      }),
    }),
  },
  response: pageOf(MemberView),
});

export const getMember = operation({
  id: 'getMember',
  method: 'GET',
  path: '/v1/members/{personId}',
  summary: 'Get a member',
  access: 'members:read',
  request: { path: onMember },
  response: MemberView,
  errors: { 'not-found': ['member_not_found'] },
  etag: true,
});

export const changeMemberRole = operation({
  id: 'changeMemberRole',
  method: 'PATCH',
  path: '/v1/members/{personId}',
  summary: "Change a member's role",
  description:
    'Neither the current nor the new role of the member can be above your own. Changes are checked against the new role ' +
    'within seconds; reads with access tokens already issued keep the previous role until they expire, within 15 minutes.',
  access: 'members:manage',
  request: {
    path: onMember,
    body: z.strictObject({ role: Role.meta({ description: 'New role, not above your own' }) }),
  },
  response: MemberView,
  errors: {
    forbidden: ['role_above_own'],
    'not-found': ['member_not_found'],
    conflict: ['last_owner', 'changed_meanwhile'],
  },
  ifMatch: 'required',
});

export const disableMember = operation({
  id: 'disableMember',
  method: 'POST',
  path: '/v1/members/{personId}/disable',
  summary: 'Disable a member',
  description: `The member keeps their role, and has no access until enabled again. ${delay}`,
  access: 'members:manage',
  request: { path: onMember },
  response: MemberView,
  status: 200,
  errors: {
    forbidden: ['role_above_own'],
    'not-found': ['member_not_found'],
    conflict: ['last_owner', 'changed_meanwhile'],
  },
});

export const enableMember = operation({
  id: 'enableMember',
  method: 'POST',
  path: '/v1/members/{personId}/enable',
  summary: 'Enable a disabled member',
  access: 'members:manage',
  request: { path: onMember },
  response: MemberView,
  status: 200,
  errors: { forbidden: ['role_above_own'], 'not-found': ['member_not_found'], conflict: ['changed_meanwhile'] },
});

export const removeMember = operation({
  id: 'removeMember',
  method: 'DELETE',
  path: '/v1/members/{personId}',
  summary: 'Remove a member from the workspace',
  description: delay,
  access: 'members:manage',
  request: { path: onMember },
  errors: {
    forbidden: ['role_above_own'],
    'not-found': ['member_not_found'],
    conflict: ['last_owner', 'changed_meanwhile'],
  },
});

export const leaveWorkspace = operation({
  id: 'leaveWorkspace',
  method: 'POST',
  path: '/v1/workspace/leave',
  summary: 'Leave the current workspace',
  description:
    'The last active owner cannot leave: make another member owner first. `workspaceId` must be the current workspace, ' +
    'so that a repeated request does not leave the workspace that you work in afterwards.',
  access: 'signed-in',
  request: {
    body: z.strictObject({ workspaceId: WorkspaceId.meta({ description: 'Workspace to leave: the current one' }) }),
  },
  status: 204,
  errors: { 'not-found': ['workspace_not_found'], conflict: ['last_owner', 'changed_meanwhile'] },
});

export const transferOwnership = operation({
  id: 'transferOwnership',
  method: 'POST',
  path: '/v1/workspace/transfer',
  summary: 'Transfer your ownership to another member',
  description: 'The other member must be active. You become an admin.',
  access: 'workspace:own',
  request: { body: z.strictObject({ personId: PersonId.meta({ description: 'Member who becomes an owner' }) }) },
  response: MemberView,
  status: 200,
  errors: { 'not-found': ['member_not_found'], conflict: ['no_heir', 'last_owner', 'changed_meanwhile'] },
});

export const operations = [
  listMembers,
  getMember,
  changeMemberRole,
  disableMember,
  enableMember,
  removeMember,
  leaveWorkspace,
  transferOwnership,
] as const;
