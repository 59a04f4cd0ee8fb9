import * as z from 'zod';
import { WorkspaceSettings } from '#events/workspace-settings.ts';
import { capability } from '#shared/http/operation.ts';
import { PersonId, WorkspaceId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { SettingsChange, Workspace } from '../domain/workspace.ts';

export const operation = capability<UserErrors>({
  name: 'Workspaces',
  group: 'Workspace',
  description: 'Create, read, change, switch and delete workspaces.',
});

export const getMe = operation({
  id: 'getMe',
  method: 'GET',
  path: '/v1/me',
  summary: 'Who is signed in, in which workspace and role',
  access: 'signed-in',
  allowedWithoutMfa: true,
  response: z.object({
    person: z.object({ id: PersonId, name: z.string(), email: z.string(), hasMfa: z.boolean() }),
    workspace: z.object({ id: WorkspaceId, name: z.string() }),
    role: Role,
    memberships: z.array(z.object({ workspaceId: WorkspaceId, role: Role })),
  }),
});

/** A workspace as its members see it. */
export const WorkspaceView = Workspace.omit({ correlationId: true, changedBy: true })
  .extend({
    settings: WorkspaceSettings.extend({
      monthlyBudgetMicros: WorkspaceSettings.shape.monthlyBudgetMicros.unwrap().optional().meta({
        description:
          'What X may cost in a UTC month, in millionths of a US dollar; null for no bound. Told to who may read usage',
      }),
    }),
  })
  .meta({ id: 'WorkspaceView' });

export const getWorkspace = operation({
  id: 'getWorkspace',
  method: 'GET',
  path: '/v1/workspace',
  summary: 'Read the workspace of the access token and what it has decided for all its members',
  access: 'workspace:read',
  response: WorkspaceView,
  errors: { 'not-found': ['workspace_not_found'] },
  etag: true,
});

export const changeWorkspace = operation({
  id: 'changeWorkspace',
  method: 'PATCH',
  path: '/v1/workspace',
  summary: 'Change what the workspace decides for all its members',
  description: 'The other parts of the platform follow within seconds.',
  access: 'workspace:manage',
  request: { body: SettingsChange },
  response: WorkspaceView,
  errors: {
    invalid: ['invalid_time_zone'],
    'not-found': ['workspace_not_found'],
    conflict: ['own_mfa_missing', 'changed_meanwhile'],
  },
  ifMatch: 'required',
});

export const operations = [getMe, getWorkspace, changeWorkspace] as const;
