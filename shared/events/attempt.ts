import * as z from 'zod';
import { Role } from '../permissions.ts';
import { defineEvent } from './event.ts';

/** Told by the HTTP inlet of every context, which therefore defines it: it is an event of the platform's edge. */
export const AttemptRefused = defineEvent(
  'platform',
  'attempt.refused',
  1,
  'Somebody signed in tried what they may not do, or too often. The entity is what they tried it on, or the operation.',
  z.object({
    /** The context that refused. */
    context: z.string(),
    operation: z.string(),
    /** HTTP status: 403 or 429. */
    status: z.int(),
    /** The problem's code, such as `role_lacks_permission`. */
    code: z.string(),
    role: Role,
    /** The network of the address, never the address. */
    network: z.string().nullable(),
    /** How many such refusals this event stands for: a flood is told in few events. */
    attempts: z.int().min(1),
  }),
);
