import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { PersonId } from '#shared/ids.ts';
import { Metric } from './figures.ts';
import { postFilter } from './post-filter.ts';

/** A limit of a metric; its owner gets an alert when it is crossed. */
export const Threshold = z
  .strictObject({
    metric: Metric,
    ...postFilter,
    direction: z.enum(['above', 'below']).meta({ description: 'Side of `value` on which the alert is raised' }),
    value: z
      .number()
      .min(0)
      .max(1e12)
      .meta({
        description: 'Threshold; `engagement_rate` as a fraction (0.02: 2%). A metric equal to it raises no alert',
        examples: [1000],
      }),
    days: z
      .int()
      .min(1)
      .max(90)
      .meta({ description: 'Number of UTC days whose posts count, up to and including today' }),
  })
  .meta({ id: 'AlertThreshold', description: 'Threshold for a metric' });
export type Threshold = z.infer<typeof Threshold>;

const maxThresholds = 20;

/** The alerts that a person wants by email. */
export const AlertSettings = z.object({
  ...entityFields,
  personId: PersonId,
  thresholds: z
    .array(Threshold)
    .max(maxThresholds)
    .meta({ description: `Metric thresholds, at most ${maxThresholds}` }),
  anomalies: z.boolean().meta({ description: 'Whether unusual results of accounts raise an alert' }),
  goals: z.boolean().meta({ description: 'Whether campaign goals that are at risk or missed raise an alert' }),
});
export type AlertSettings = z.infer<typeof AlertSettings>;
