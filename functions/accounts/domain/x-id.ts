import * as z from 'zod';

/** An X id: a number of up to 19 digits, more than a JavaScript number can represent (docs.x.com, "X IDs"). */
export const XId = z.string().regex(/^\d{1,19}$/);
