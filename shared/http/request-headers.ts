import * as z from 'zod';

/** A correlation id of a caller's own. */
export const CorrelationId = z.string().regex(/^[\w.-]{1,64}$/);

/** What a caller names a request by, so that it is carried out once. */
export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,128}$/);
