import * as z from 'zod';

/** Schema of a PATCH body: any of these fields, but at least one. */
export const change = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .strictObject(shape)
    .partial()
    .refine((said) => Object.keys(said).length > 0, 'must have at least one field to change')
    .meta({ minProperties: 1 });
