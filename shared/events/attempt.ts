import * as z from 'zod';
import { Role } from '../permissions.ts';
import { defineEvent } from './event.ts';

/** Published by the HTTP handler of every context, hence defined here: it is an event of the platform's edge. */
export const AttemptRefused = defineEvent(
  'platform',
  'attempt.refused',
  1,
  'A signed-in caller was denied access or rate-limited. The entity is the resource they addressed, or the operation.',
  () =>
    z.object({
      context: z.string().meta({ description: 'Context that refused the request' }),
      operation: z.string(),
      status: z.int().meta({ description: 'HTTP status: 403 or 429' }),
      code: z.string().meta({ description: 'Code of the problem, such as `role_lacks_permission`' }),
      role: Role,
      network: z.string().nullable().meta({ description: "Network of the caller's address, never the address itself" }),
      attempts: z
        .int()
        .min(1)
        .meta({ description: 'How many refusals the event stands for; a flood takes few events' }),
    }),
);
