import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { DisplayName } from '../domain/display-name.ts';
import { WorkspaceView } from './current-workspace-contract.ts';
import { operation } from './current-workspace-contract.ts';

const onWorkspace = z.strictObject({ workspaceId: WorkspaceId });

export const createWorkspace = operation({
  id: 'createWorkspace',
  method: 'POST',
  path: '/v1/workspaces',
  summary: 'Create a workspace and become its owner',
  description:
    'You stay in the current workspace: switch to the new one to work in it. Refused with `too_many` while you are in ' +
    '50 or more workspaces; you can still accept invitations.',
  access: 'signed-in',
  request: { body: z.strictObject({ name: DisplayName }) },
  response: WorkspaceView,
  errors: { conflict: ['too_many', 'changed_meanwhile'] },
  etag: true,
});

export const listMyWorkspaces = operation({
  id: 'listMyWorkspaces',
  method: 'GET',
  path: '/v1/workspaces',
  summary: 'List your workspaces',
  description: 'Workspaces where you are disabled are left out.',
  access: 'signed-in',
  allowedWithoutMfa: true,
  response: z.object({
    items: z.array(
      z.object({
        workspaceId: WorkspaceId,
        name: z.string(),
        role: Role.meta({ description: 'Your role in the workspace' }),
        isActive: z.boolean().meta({ description: 'Whether it is the workspace of the access token' }),
      }),
    ),
  }),
});

export const getMyWorkspace = operation({
  id: 'getMyWorkspace',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}',
  summary: 'Get one of your workspaces',
  access: 'signed-in',
  request: { path: onWorkspace },
  response: WorkspaceView,
  errors: { 'not-found': ['workspace_not_found'] },
  etag: true,
});

export const switchWorkspace = operation({
  id: 'switchWorkspace',
  method: 'POST',
  path: '/v1/workspaces/{workspaceId}/switch',
  summary: 'Switch to another of your workspaces',
  description:
    'Afterwards, refresh your tokens (`POST /v1/auth/refresh`) to get an access token for it. The current access token ' +
    'stays with the previous workspace until it expires, within 15 minutes.',
  access: 'signed-in',
  allowedWithoutMfa: true,
  request: { path: onWorkspace },
  response: z.object({
    workspaceId: WorkspaceId,
    role: Role.meta({ description: 'Your role in the workspace' }),
    nextStep: z.literal('refresh_tokens'),
  }),
  status: 200,
  errors: { 'not-found': ['workspace_not_found'], conflict: ['changed_meanwhile'] },
});

export const deleteWorkspace = operation({
  id: 'deleteWorkspace',
  method: 'DELETE',
  path: '/v1/workspace',
  summary: 'Schedule the deletion of the current workspace',
  description:
    'Confirm with the name of the workspace. For 14 days everything keeps working, and an owner can restore the ' +
    'workspace; then its data is erased. The audit trail, which names members by id only but X accounts by name, stays for its ' +
    'retention period. The settings, ids of former members, revoked service accounts, and audit exports and compliance reports ' +
    'with their files stay as well.',
  access: 'workspace:own',
  request: {
    body: z.strictObject({
      name: z.string().max(200).meta({ description: 'Exact name of the workspace, to confirm the deletion' }),
    }),
  },
  response: WorkspaceView,
  status: 202,
  errors: {
    invalid: ['wrong_name'],
    'not-found': ['workspace_not_found'],
    conflict: ['deletion_scheduled', 'changed_meanwhile'],
  },
});

export const restoreWorkspace = operation({
  id: 'restoreWorkspace',
  method: 'POST',
  path: '/v1/workspace/restore',
  summary: 'Cancel the scheduled deletion of the current workspace',
  description: 'Possible until the deletion begins.',
  access: 'workspace:own',
  response: WorkspaceView,
  status: 200,
  errors: { 'not-found': ['workspace_not_found'], conflict: ['not_being_deleted', 'changed_meanwhile'] },
});

export const operations = [
  createWorkspace,
  listMyWorkspaces,
  getMyWorkspace,
  switchWorkspace,
  deleteWorkspace,
  restoreWorkspace,
] as const;
