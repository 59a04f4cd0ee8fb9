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
  description: 'Manage the members of a workspace, their roles and invitations.',
});

const onMember = z.strictObject({ personId: PersonId });

/** A member as colleagues see them. */
const MemberView = z
  .object({
    personId: PersonId,
    name: z.string(),
    email: z.string(),
    role: Role,
    status: z.enum(['active', 'disabled']),
    joinedAt: Instant,
    lastSignInAt: Instant.nullable(),
    version: z.int(),
  })
  .meta({ id: 'Member' });
export type MemberView = z.infer<typeof MemberView>;

/** What still works of an access token from before. */
const delay =
  'Access tokens already issued make no change any more that the member may not; they can read until they expire, within 15 minutes.';

export const listMembers = operation({
  id: 'listMembers',
  method: 'GET',
  path: '/v1/members',
  summary: 'Who is in the workspace',
  description: 'With `dormantForDays` a page may hold fewer members than asked for, and still not be the last one.',
  access: 'members:read',
  request: {
    query: pageQuery({
      dormantForDays: z.coerce
        .number()
        .int()
        .min(1)
        .max(3650)
        .optional()
        .meta({ description: 'Only those who have not signed in for so many days' }),
    }),
  },
  response: pageOf(MemberView),
});

export const getMember = operation({
  id: 'getMember',
  method: 'GET',
  path: '/v1/members/{personId}',
  summary: 'Read a member',
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
  summary: 'Give a member another role, at most your own',
  description: delay,
  access: 'members:manage',
  request: { path: onMember, body: z.strictObject({ role: Role }) },
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
  summary: 'Shut a member out until they are enabled again',
  description: delay,
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
  summary: 'Let a member in again who was shut out',
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
  summary: 'Leave the workspace of the access token',
  description:
    'The last active owner cannot leave: make another member owner first. Who has left goes on in another of their ' +
    'workspaces: naming the one to leave keeps a request that is sent again from leaving that one too.',
  access: 'signed-in',
  request: { body: z.strictObject({ workspaceId: WorkspaceId }) },
  status: 204,
  errors: { 'not-found': ['workspace_not_found'], conflict: ['last_owner', 'changed_meanwhile'] },
});

export const transferOwnership = operation({
  id: 'transferOwnership',
  method: 'POST',
  path: '/v1/workspace/transfer',
  summary: 'Hand your ownership over to another member; you stay as an admin',
  access: 'workspace:own',
  request: { body: z.strictObject({ personId: PersonId }) },
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
