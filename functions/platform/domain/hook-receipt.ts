import * as z from 'zod';
import { HookScheme } from '#events/platform.ts';
import { entityFields } from '#shared/entity.ts';
import { HookId } from '#shared/ids.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { daySeconds } from '#shared/time.ts';

/** How long a delivery id is remembered, in seconds. Senders retry for days. */
export const keptSeconds = 30 * daySeconds;

/** A verified request that a hook has received. */
export const HookReceipt = z.object({
  ...entityFields,
  hookId: HookId,
  hookVersion: z.int().min(1),
  scheme: HookScheme,
  deliveryId: z.string(),
  eventType: z.string().nullable(),
  /** Kept as text, because DynamoDB cannot store every JSON name and number. */
  content: personal(z.string(), {
    why: 'to tell automations what a service of the workspace has sent',
    keptFor: '30 days',
    hasCommonName: true,
  }),
});
export type HookReceipt = z.infer<typeof HookReceipt>;
