import * as z from 'zod';
import { WorkspaceId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { DisplayName } from '../domain/display-name.ts';
import { WorkspaceView } from './current-contract.ts';
import { operation } from './current-contract.ts';

const onWorkspace = z.strictObject({ workspaceId: WorkspaceId });

export const createWorkspace = operation({
  id: 'createWorkspace',
  method: 'POST',
  path: '/v1/workspaces',
  summary: 'Make another workspace, as its owner',
  description: 'You go on where you are: switch to the new workspace to work in it. A person may be in 50.',
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
  summary: 'The workspaces you are in',
  access: 'signed-in',
  allowedWithoutMfa: true,
  response: z.object({
    items: z.array(
      z.object({
        workspaceId: WorkspaceId,
        name: z.string(),
        role: Role,
        isActive: z.boolean().meta({ description: 'Whether it is the one of the access token' }),
      }),
    ),
  }),
});

export const getMyWorkspace = operation({
  id: 'getMyWorkspace',
  method: 'GET',
  path: '/v1/workspaces/{workspaceId}',
  summary: 'Read a workspace you are in',
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
  summary: 'Work in another of your workspaces',
  description:
    'Refresh your tokens (POST /v1/auth/refresh) to get one for it: the access token you have stays with the former ' +
    'workspace until it expires, within 15 minutes.',
  access: 'signed-in',
  allowedWithoutMfa: true,
  request: { path: onWorkspace },
  response: z.object({ workspaceId: WorkspaceId, role: Role, nextStep: z.literal('refresh_tokens') }),
  status: 200,
  errors: { 'not-found': ['workspace_not_found'], conflict: ['changed_meanwhile'] },
});

export const deleteWorkspace = operation({
  id: 'deleteWorkspace',
  method: 'DELETE',
  path: '/v1/workspace',
  summary: 'Have the workspace deleted in 14 days',
  description:
    'Repeat its name. Until it is due everything goes on, and an owner can call it off; then every part of the ' +
    'platform erases its share.',
  access: 'workspace:own',
  request: { body: z.strictObject({ name: z.string().max(200) }) },
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
  summary: 'Call off the deletion of the workspace',
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
