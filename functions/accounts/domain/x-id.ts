import * as z from 'zod';

/** An id of X: a number of up to 19 digits, which JavaScript's numbers do not hold (docs.x.com, "X IDs"). */
export const XId = z.string().regex(/^\d{1,19}$/);
