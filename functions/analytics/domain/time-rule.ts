import * as z from 'zod';
import { Weekday } from './insight-details.ts';

const hour = (description: string) => z.int().min(0).max(24).meta({ description });

/** Times at which people do not want posts. They take precedence over what the data shows. */
export const TimeRule = z
  .strictObject({
    weekdays: z.array(Weekday).min(1).max(7).optional().meta({ description: 'Weekdays without posts; omitted: all' }),
    fromHour: hour('First local hour without posts').default(0),
    untilHour: hour('Local hour from which posts are permitted again').default(24),
  })
  .refine(({ fromHour, untilHour }) => fromHour < untilHour, { path: ['untilHour'], error: 'must be after fromHour' })
  .refine(({ weekdays, fromHour, untilHour }) => weekdays || fromHour > 0 || untilHour < 24, {
    error: 'must not exclude all times',
  })
  .meta({ id: 'PostingTimeRule', description: 'Times without posts, such as Sundays, or before 08:00' });
export type TimeRule = z.infer<typeof TimeRule>;
