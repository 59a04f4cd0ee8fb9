import * as z from 'zod';
import { PolicyRule } from '#events/posts.ts';
import { PersonId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';

/** The definition and the source of each rule are in `checks/rules.ts`. */
export const RuleId = PolicyRule.meta({
  description:
    '`repeated_on_account`: the same text on the same account within 7 days; `nearly_repeated_on_account`: nearly ' +
    'the same; `duplicated_across_accounts`: the same or a similar text on another account within 30 days; ' +
    '`unlisted_mention`: a mention that the workspace does not allow; `link_in_post`: a link, where the workspace ' +
    'limits them; `undisclosed_promotion`: reads like paid promotion without its label; `unlabelled_ai_media`: AI ' +
    'media without its label; `pay_to_engage`: a prize for follows, reposts or likes; `hidden_link_target`: a link ' +
    'shortener',
});
export type RuleId = PolicyRule;

/** What a policy rule found in a post: `block` keeps it from being published, `warn` does so until it is overridden. */
export const Finding = z
  .object({
    rule: RuleId,
    level: z.enum(['block', 'warn']).meta({
      description: '`block`: the post cannot be published; `warn`: it can, once the warning is overridden',
    }),
    part: z.int().min(0).meta({ description: 'Position of the part in the thread, from 0' }),
    start: z
      .int()
      .min(0)
      .nullable()
      .meta({ description: 'Start in the text, in UTF-16 code units; null if a file is concerned' }),
    end: z
      .int()
      .min(0)
      .nullable()
      .meta({ description: 'End (exclusive) in the text, in UTF-16 code units; null if a file is concerned' }),
    message: z.string().meta({ description: 'Human-readable explanation of what is wrong and what to do' }),
    source: z.string().meta({ description: 'Where the rule comes from, such as a policy of X' }),
  })
  .meta({ id: 'Finding' });
export type Finding = z.infer<typeof Finding>;

/** Maximum number of findings reported per post. */
export const maxFindings = 50;

/** An override of a warning, for exactly one content. */
export const Override = z
  .object({
    rule: RuleId,
    contentHash: z.string().meta({ description: 'SHA-256 of the content that the override is for' }),
    reason: personal(z.string().meta({ description: 'Why the warning was overridden' }), {
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

/** The warnings of a post that have not been overridden for its current content. */
export const openWarnings = ({ contentHash, findings = [], overrides = [] }: Judged): Finding[] =>
  findings.filter(
    ({ level, rule }) =>
      level === 'warn' && !overrides.some((each) => each.rule === rule && each.contentHash === contentHash),
  );

/** The findings that block the post. */
export const blocks = ({ findings = [] }: Pick<Judged, 'findings'>): Finding[] =>
  findings.filter(({ level }) => level === 'block');
