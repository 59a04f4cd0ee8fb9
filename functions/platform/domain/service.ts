import * as z from 'zod';

/** An entry of the service registry, written by the context's stack. */
export const Service = z.object({ context: z.string(), health: z.string(), ready: z.string() });
export type Service = z.infer<typeof Service>;
