import * as z from 'zod';

/** An entry of the service registry, as a context's stack writes it. */
export const Service = z.object({ context: z.string(), health: z.string(), ready: z.string() });
export type Service = z.infer<typeof Service>;
