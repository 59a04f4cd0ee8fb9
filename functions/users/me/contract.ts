import * as z from 'zod';
import { PersonId, WorkspaceId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { operation } from '../workspaces/current-workspace-contract.ts';

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

export const operations = [getMe] as const;
