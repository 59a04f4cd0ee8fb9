import type * as z from 'zod';

/** The value of a body that has X's form; undefined of another. */
export const reader =
  <Schema extends z.ZodType>(schema: Schema) =>
  (body: unknown): z.infer<Schema> | undefined =>
    schema.safeParse(body).data;
