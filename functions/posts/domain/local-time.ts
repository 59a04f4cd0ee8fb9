import * as z from 'zod';

/** A local time without its zone, which is given separately. */
export const LocalTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/, {
    message: 'must be a local time such as 2026-11-22T09:30; use publishAt for an instant',
    abort: true,
  })
  .refine((time) => z.iso.datetime({ local: true }).safeParse(time).success, 'must be an existing date and time')
  .meta({ description: 'Local time in `timeZone`', examples: ['2026-11-22T09:30'] });
