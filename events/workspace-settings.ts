import * as z from 'zod';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';

/** A colour as CSS writes it in six digits. */
export const HexColour = z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #1d9bf0');

const defaultColour = '#1d9bf0';

/** Settings of a workspace, for all its members. */
export const WorkspaceSettings = z.object({
  /** Default time zone. */
  timeZone: z.string().meta({ description: 'Default IANA time zone, used where no other is given' }),
  /** Whether posts need approval before publishing; with `four_eyes`, by someone who did not write them. */
  approval: z.enum(['off', 'required', 'four_eyes']).meta({
    description:
      'Whether posts need approval before they are published. `off`: no; `required`: yes; `four_eyes`: yes, by someone ' +
      'who neither wrote, described (alt text, AI label, subtitles) nor submitted the post',
  }),
  /** Whether images, GIFs and videos must carry alt text. */
  requireAltText: z.boolean().meta({ description: 'Whether images, GIFs and videos need alt text' }),
  /** Whether members without a second factor must enrol one before anything else. */
  requireMfa: z.boolean().default(false).meta({
    description: 'Whether people need a second factor; without one, they can do little more than enrol one',
  }),
  /** X API budget per UTC month, in millionths of a US dollar; null for no limit. */
  monthlyBudgetMicros: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .meta({ description: 'Maximum X API cost per UTC month, in micro-dollars; null: no limit' }),
  /** What of it reading metrics may cost; null for no limit of its own. */
  monthlyReadBudgetMicros: z.int().min(0).nullable().default(null).meta({
    description: 'Maximum cost of reading metrics from X per UTC month, in micro-dollars; null: no separate limit',
  }),
  /** Links in posts: X charges 0.20 USD for a post with a link. */
  linkPolicy: z
    .enum(['allow', 'warn', 'block'])
    .default('allow')
    .meta({
      description:
        'Links in posts, which X charges more for. `allow`: permitted; `warn`: held until an owner or admin overrides the ' +
        'warning; `block`: forbidden',
    }),
  /** Mentions of accounts that are not in `allowedMentions` (X: no unsolicited mentions). */
  mentionPolicy: z
    .enum(['allow', 'warn', 'block'])
    .default('warn')
    .meta({
      description:
        'Mentions of usernames that `allowedMentions` does not list. `allow`: permitted; `warn`: held until an owner or ' +
        'admin overrides the warning; `block`: forbidden',
    }),
  /** X usernames in lower case, without @. */
  allowedMentions: personal(
    z
      .array(z.string())
      .default([])
      .meta({ description: 'X usernames that posts may mention, without @ and in lower case' }),
    { why: 'to check which accounts posts may mention', keptFor: keptFor.workspace },
  ),
  /** Whether links of posts go out as short links of the platform, which counts clicks on them. */
  shortLinks: z.boolean().default(false).meta({
    description: 'Whether links in posts are replaced by short links of the platform, which count clicks',
  }),
  /** What its reports are drawn in. */
  colour: HexColour.default(defaultColour).meta({
    description: 'Colour of titles and charts in reports, unless a report has its own',
    examples: [defaultColour],
  }),
  /** Retention of audit events, in days. */
  auditRetentionDays: z.int().min(0).default(730).meta({ description: 'How long audit events are kept, in days' }),
});
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>;

/** Default settings. */
export const defaultSettings: WorkspaceSettings = {
  timeZone: 'Etc/UTC',
  approval: 'off',
  requireAltText: false,
  requireMfa: false,
  monthlyBudgetMicros: null,
  monthlyReadBudgetMicros: null,
  linkPolicy: 'allow',
  mentionPolicy: 'warn',
  allowedMentions: [],
  shortLinks: false,
  colour: defaultColour,
  auditRetentionDays: 730,
};
