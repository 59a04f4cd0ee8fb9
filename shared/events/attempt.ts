import * as z from 'zod';
import { Role } from '../permissions.ts';
import { defineEvent } from './event.ts';

/** Published by the HTTP handler of every context, hence defined here. */
export const AttemptRefused = defineEvent(
  'platform',
  'attempt.refused',
  1,
  'A signed-in caller was denied access or rate-limited. The entity is the resource they addressed, or the operation.',
  () =>
    z.object({
      context: z.string().meta({ description: 'Name of the service that refused the request, such as `posts`' }),
      operation: z.string().meta({ description: 'Operation ID in the OpenAPI document' }),
      status: z.int().meta({ description: 'HTTP status: 403 or 429' }),
      code: z.string().meta({ description: 'Code of the problem, such as `role_lacks_permission`' }),
      role: Role,
      network: z
        .string()
        .nullable()
        .meta({ description: 'Network of the caller in CIDR notation, never the full IP address; null: unknown' }),
      attempts: z.int().min(1).meta({
        description: 'Number of refusals that the event stands for: many within a short time share one event',
      }),
    }),
);
