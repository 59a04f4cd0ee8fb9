import { WorkspaceSettings } from '#events/workspace-settings.ts';
import { capability } from '#shared/http/operation.ts';
import type { UserErrors } from '../domain/error-codes.ts';
import { SettingsChange, Workspace } from '../domain/workspace.ts';

export const operation = capability<UserErrors>({
  name: 'Workspaces',
  group: 'Workspace',
  description: 'Create, read, change, switch and delete workspaces.',
});

/** A workspace as shown to its members. */
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

export const operations = [getWorkspace, changeWorkspace] as const;
