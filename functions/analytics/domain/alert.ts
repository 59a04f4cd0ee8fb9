import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalOf } from '#shared/canonical.ts';
import { entityFields } from '#shared/entity.ts';
import { AccountId, CampaignId, PersonId } from '#shared/ids.ts';
import { dayMs, Instant } from '#shared/time.ts';
import type { Threshold } from './alert-settings.ts';

/** An alert for a person, and when it was last raised. */
export const Alert = z.object({
  ...entityFields,
  personId: PersonId,
  /** Identifies the cause: a threshold, the anomalies of an account, or a goal of a campaign. */
  key: z.string().max(64),
  kind: z.enum(['threshold', 'anomaly', 'goal']),
  accountId: AccountId.nullable(),
  campaignId: CampaignId.nullable(),
  /** Null: none, or not known. */
  campaignName: z.string().nullable().default(null),
  statement: z.string().max(1_000),
  /** Whether its cause still lasts. */
  isOn: z.boolean(),
  raisedAt: Instant,
});
export type Alert = z.infer<typeof Alert>;

/** Something that can raise an alert. */
export type Cause = Pick<Alert, 'personId' | 'key' | 'kind' | 'accountId' | 'campaignId' | 'statement'>;

/** Returns the key of a threshold's alert. A changed threshold is another alert. */
export const thresholdKey = (threshold: Threshold): string =>
  `threshold-${createHash('sha256').update(canonicalOf(threshold)).digest('base64url').slice(0, 22)}`;

/** Minimum time between two raises of the same alert, in milliseconds. */
const restMs = dayMs;

/**
 * Whether an alert may be raised: for the first time, or if its cause had ended and it was last raised at least a day
 * ago.
 */
export const mayRaise = (before: Pick<Alert, 'isOn' | 'raisedAt'> | undefined, now: Date): boolean =>
  before === undefined || (!before.isOn && now.getTime() - Date.parse(before.raisedAt) >= restMs);
