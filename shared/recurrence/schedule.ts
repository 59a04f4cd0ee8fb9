import * as z from 'zod';

/** Context of a schedule: the path of its rule in the request, and how many times a day it can match. */
export interface ScheduleUse {
  path: string;
  mostPerDay: number;
}

/**
 * Returns the schema of a recurrence rule on the clock of a zone, with its start.
 * @param mostPerDay maximum number of times a day
 */
export const recurrenceSchedule = (mostPerDay: number) =>
  z.strictObject({
    start: z
      .string()
      .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d$/, 'must be a local time such as 2026-11-30T08:00')
      .refine((wall) => !Number.isNaN(Date.parse(`${wall}Z`)), 'must be a time that exists')
      .meta({ description: 'Local time from which the rule applies (DTSTART)', examples: ['2026-11-30T08:00'] }),
    rule: z
      .string()
      .min(1)
      .max(500)
      .meta({
        description: `Recurrence rule (RFC 5545 RRULE), at most ${mostPerDay} times a day`,
        examples: ['FREQ=WEEKLY;BYDAY=MO'],
      }),
  });
export type RecurrenceSchedule = z.infer<ReturnType<typeof recurrenceSchedule>>;
