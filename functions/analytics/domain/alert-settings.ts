import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { PersonId } from '#shared/ids.ts';
import { Metric } from './figures.ts';
import { postFilter } from './post-filter.ts';

/** A limit of a metric that a person wants to be told of when it is crossed. */
export const Threshold = z
  .strictObject({
    metric: Metric,
    ...postFilter,
    direction: z.enum(['above', 'below']).meta({ description: 'On which side of `value` the alert is raised' }),
    value: z
      .number()
      .min(0)
      .max(1e12)
      .meta({ description: 'Limit; itself on neither side', examples: [1000] }),
    days: z
      .int()
      .min(1)
      .max(90)
      .meta({ description: 'Period: posts published on so many UTC days, up to and including today' }),
  })
  .meta({ id: 'AlertThreshold', description: 'Limit of a metric' });
export type Threshold = z.infer<typeof Threshold>;

const maxThresholds = 20;

/** What a person wants to be told of by email. */
export const AlertSettings = z.object({
  ...entityFields,
  personId: PersonId,
  thresholds: z
    .array(Threshold)
    .max(maxThresholds)
    .meta({ description: `Limits of metrics, at most ${maxThresholds}` }),
  anomalies: z.boolean().meta({ description: 'Whether unusual results of accounts raise an alert' }),
  goals: z.boolean().meta({ description: 'Whether campaign goals that will probably be missed raise an alert' }),
});
export type AlertSettings = z.infer<typeof AlertSettings>;
