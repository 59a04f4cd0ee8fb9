import * as z from 'zod';

/** A correlation id sent by the caller. */
export const CorrelationId = z.string().regex(/^[\w.-]{1,64}$/);

/** The caller's key for a request that is to be carried out once. */
export const IdempotencyKey = z.string().regex(/^[\x21-\x7e]{1,128}$/);
