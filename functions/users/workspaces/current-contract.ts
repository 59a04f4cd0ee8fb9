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
  summary: 'Get the signed-in person, their workspace and role',
  description: 'For a service account, `person` is the service account, and `email` is empty.',
  access: 'signed-in',
  allowedWithoutMfa: true,
  response: z.object({
    person: z
      .object({
        id: PersonId,
        name: z.string(),
        email: z.string(),
        hasMfa: z.boolean().meta({ description: 'Whether each sign-in asks for an authenticator code' }),
      })
      .meta({ description: 'Signed-in person or service account' }),
    workspace: z.object({ id: WorkspaceId, name: z.string() }).meta({ description: 'Workspace of the access token' }),
    role: Role.meta({ description: 'Current role in that workspace' }),
    memberships: z
      .array(z.object({ workspaceId: WorkspaceId, role: Role.meta({ description: 'Role in that workspace' }) }))
      .meta({
        description:
          'Workspaces of the person, including those where they are disabled; that of the access token comes first',
      }),
  }),
});

/** A workspace as its members see it. */
export const WorkspaceView = Workspace.omit({ correlationId: true, chain: true, changedBy: true })
  .extend({
    settings: WorkspaceSettings.extend({
      monthlyBudgetMicros: WorkspaceSettings.shape.monthlyBudgetMicros.unwrap().optional().meta({
        description:
          'Maximum X API cost per UTC month, in micro-dollars; null: no limit. Only with the permission `usage:read`',
      }),
      monthlyReadBudgetMicros: WorkspaceSettings.shape.monthlyReadBudgetMicros
        .unwrap()
        .optional()
        .meta({
          description:
            'Maximum cost of reading metrics from X per UTC month, in micro-dollars; null: no separate limit. Only with ' +
            'the permission `usage:read`',
        }),
    }).meta({ description: 'Settings that apply to all members' }),
  })
  .meta({ id: 'WorkspaceView' });

export const getWorkspace = operation({
  id: 'getWorkspace',
  method: 'GET',
  path: '/v1/workspace',
  summary: 'Get the current workspace and its settings',
  description: 'The current workspace is that of the access token.',
  access: 'workspace:read',
  response: WorkspaceView,
  errors: { 'not-found': ['workspace_not_found'] },
  etag: true,
});

export const changeWorkspace = operation({
  id: 'changeWorkspace',
  method: 'PATCH',
  path: '/v1/workspace',
  summary: 'Change the settings of the current workspace',
  description:
    'The settings apply across the platform within seconds. To require a second factor, you need one yourself.',
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
