import * as z from 'zod';

/** The body of a change: any of these fields, and one of them at least. */
export const change = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .strictObject(shape)
    .partial()
    .refine((said) => Object.keys(said).length > 0, 'must have at least one field to change')
    .meta({ minProperties: 1 });
