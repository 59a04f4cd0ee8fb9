import * as z from 'zod';
import { entityFields } from '#shared/entity.ts';
import { AccountId } from '#shared/ids.ts';
import { TimeZone } from '#shared/time.ts';
import { TimeRule } from './time-rule.ts';

/** Maximum number of rules per account. */
const maxRules = 20;

/** Time zone of an account that has no posting rules. */
export const defaultZone = 'UTC';

/** Times at which people do not want an account to post. They take precedence over what the data shows. */
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
