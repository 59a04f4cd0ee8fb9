import { createHash } from 'node:crypto';
import * as z from 'zod';
import { canonicalOf } from '#shared/canonical.ts';
import { entityFields } from '#shared/entity.ts';
import { AccountId, CampaignId, PersonId } from '#shared/ids.ts';
import { dayMs, Instant } from '#shared/time.ts';
import type { Threshold } from './alert-settings.ts';

/** What a person is told of, and when that was last. */
export const Alert = z.object({
  ...entityFields,
  personId: PersonId,
  /** The same for the same thing: a threshold, the anomalies of an account, a goal of a campaign. */
  key: z.string().max(64),
  kind: z.enum(['threshold', 'anomaly', 'goal']),
  accountId: AccountId.nullable(),
  campaignId: CampaignId.nullable(),
  /** Null: none, or not known. */
  campaignName: z.string().nullable().default(null),
  statement: z.string().max(1_000),
  /** Whether what it is about goes on. */
  isOn: z.boolean(),
  raisedAt: Instant,
});
export type Alert = z.infer<typeof Alert>;

/** Something that may raise an alert. */
export type Cause = Pick<Alert, 'personId' | 'key' | 'kind' | 'accountId' | 'campaignId' | 'statement'>;

/** What identifies a threshold: another limit is another alert. */
export const thresholdKey = (threshold: Threshold): string =>
  `threshold-${createHash('sha256').update(canonicalOf(threshold)).digest('base64url').slice(0, 22)}`;

/** The same alert is raised no more than once in so many ms. */
const restMs = dayMs;

/** Whether an alert may be raised anew: its cause had ended, and the last one is a day ago. */
export const mayRaise = (before: Pick<Alert, 'isOn' | 'raisedAt'> | undefined, now: Date): boolean =>
  before === undefined || (!before.isOn && now.getTime() - Date.parse(before.raisedAt) >= restMs);
