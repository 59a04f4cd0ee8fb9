import * as z from 'zod';
import { PersonId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';

/** The rules that the platform judges posts by. What each one says and where it comes from: `policy/rules.ts`. */
export const RuleId = z.enum([
  'repeated_on_account',
  'nearly_repeated_on_account',
  'duplicated_across_accounts',
  'unlisted_mention',
  'link_in_post',
  'undisclosed_promotion',
  'unlabelled_ai_media',
  'pay_to_engage',
  'hidden_link_target',
]);
export type RuleId = z.infer<typeof RuleId>;

/** What a rule found in a post: `block` keeps it from going out, `warn` until somebody who may lets it pass. */
export const Finding = z
  .object({
    rule: RuleId,
    level: z.enum(['block', 'warn']),
    part: z.int().min(0),
    start: z
      .int()
      .min(0)
      .nullable()
      .meta({ description: 'Where in the text it begins, in UTF-16 units; null: a file' }),
    end: z.int().min(0).nullable().meta({ description: 'Where in the text it ends, exclusive' }),
    message: z.string().meta({ description: 'What is wrong and what helps, for a marketer' }),
    source: z.string().meta({ description: 'Where the rule comes from' }),
  })
  .meta({ id: 'Finding' });
export type Finding = z.infer<typeof Finding>;

/** With which the code of a post begins that a rule holds; the rule's name follows. */
export const policyCode = 'policy_';

/** So many findings of a post are told. */
export const mostFindings = 50;

/** A warning that somebody let pass, for exactly one content. */
export const Override = z
  .object({
    rule: RuleId,
    contentHash: z.string(),
    reason: personal(z.string(), {
      why: 'to know why a warning was let pass',
      keptFor: keptFor.post,
      hasCommonName: true,
    }),
    overriddenBy: PersonId,
    overriddenAt: Instant,
  })
  .meta({ id: 'Override' });
export type Override = z.infer<typeof Override>;

interface Judged {
  contentHash: string;
  findings?: readonly Finding[] | undefined;
  overrides?: readonly Override[] | undefined;
}

/** The warnings of a post that nobody has let pass for the content as it is. */
export const openWarnings = ({ contentHash, findings = [], overrides = [] }: Judged): Finding[] =>
  findings.filter(
    ({ level, rule }) =>
      level === 'warn' && !overrides.some((each) => each.rule === rule && each.contentHash === contentHash),
  );

/** What the rules forbid in a post. */
export const blocks = ({ findings = [] }: Pick<Judged, 'findings'>): Finding[] =>
  findings.filter(({ level }) => level === 'block');
