import type * as z from 'zod';

/** Returns a function that parses a body; undefined for a body in another form. */
export const reader =
  <Schema extends z.ZodType>(schema: Schema) =>
  (body: unknown): z.infer<Schema> | undefined =>
    schema.safeParse(body).data;
