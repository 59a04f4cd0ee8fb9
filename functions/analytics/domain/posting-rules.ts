import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { AccountId } from '#shared/ids.ts';
import { TimeZone } from '#shared/time.ts';
import { TimeRule } from './time-rule.ts';

/** Most rules of an account. */
const maxRules = 20;

/** The zone of an account for which nobody has set one. */
export const defaultZone = 'UTC';

/** When people do not want an account to post. What the data say comes after that. */
export const PostingRules = z.object({
  ...entityFields,
  accountId: AccountId,
  timeZone: TimeZone.meta({ description: 'IANA time zone of the rules, and of the insights about the account' }),
  rules: z
    .array(TimeRule)
    .max(maxRules)
    .meta({ description: `Times without posts, at most ${maxRules} rules; empty: no restrictions` }),
});
export type PostingRules = z.infer<typeof PostingRules>;
