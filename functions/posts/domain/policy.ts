import * as z from 'zod';
import { PolicyRule } from '#events/posts.ts';
import { PersonId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';

/** What each rule says and where it comes from: `checks/rules.ts`. */
export const RuleId = PolicyRule;
export type RuleId = PolicyRule;

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

/** So many findings of a post are told. */
export const mostFindings = 50;

/** A warning that somebody let pass, for exactly one content. */
export const Override = z
  .object({
    rule: RuleId,
    contentHash: z.string(),
    reason: personal(z.string(), {
      why: 'to document why a warning was overridden',
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
