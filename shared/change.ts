import * as z from 'zod';

/** The body of a change: any of these fields, and one of them at least. */
export const change = <Shape extends z.ZodRawShape>(shape: Shape) =>
  z
    .strictObject(shape)
    .partial()
    .refine((said) => Object.keys(said).length > 0, 'must change something')
    .meta({ minProperties: 1 });
