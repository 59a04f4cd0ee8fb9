import * as z from 'zod';
import { personal } from '#shared/privacy/personal-data.ts';

/** A CSS colour in six hexadecimal digits, such as `#1d9bf0`. */
export const HexColour = z.string().regex(/^#[0-9a-f]{6}$/i, 'must be a colour such as #1d9bf0');

const defaultColour = '#1d9bf0';

/** Settings of a workspace, for all its members. */
export const WorkspaceSettings = z.object({
  timeZone: z.string().meta({ description: 'Default IANA time zone, used where no other is given' }),
  approval: z.enum(['off', 'required', 'four_eyes']).meta({
    description:
      'Whether posts need approval before they are published. `off`: no; `required`: yes; `four_eyes`: yes, by someone ' +
      'who neither wrote, described (alt text, AI label, subtitles) nor submitted the post',
  }),
  requireAltText: z.boolean().meta({ description: 'Whether images, GIFs and videos need alt text' }),
  requireMfa: z.boolean().default(false).meta({
    description: 'Whether people need a second factor; without one, they can do little more than enrol one',
  }),
  monthlyBudgetMicros: z
    .int()
    .min(0)
    .nullable()
    .default(null)
    .meta({ description: 'Maximum X API cost per UTC month, in micro-dollars; null: no limit' }),
  monthlyReadBudgetMicros: z.int().min(0).nullable().default(null).meta({
    description: 'Maximum cost of reading metrics from X per UTC month, in micro-dollars; null: no separate limit',
  }),
  /** X charges 0.20 USD for a post with a link. */
  linkPolicy: z
    .enum(['allow', 'warn', 'block'])
    .default('allow')
    .meta({
      description:
        'Links in posts, which X charges more for. `allow`: permitted; `warn`: held until an owner or admin overrides the ' +
        'warning; `block`: forbidden',
    }),
  /** X forbids unsolicited mentions. */
  mentionPolicy: z
    .enum(['allow', 'warn', 'block'])
    .default('warn')
    .meta({
      description:
        'Mentions of usernames that `allowedMentions` does not list. `allow`: permitted; `warn`: held until an owner or ' +
        'admin overrides the warning; `block`: forbidden',
    }),
  allowedMentions: personal(
    z
      .array(z.string())
      .default([])
      .meta({ description: 'X usernames that posts may mention, without @ and in lower case' }),
    {
      why: 'to check which accounts posts may mention',
      keptFor: 'no limit: the settings stay with the closed workspace',
    },
  ),
  shortLinks: z.boolean().default(false).meta({
    description: 'Whether links in posts are replaced by short links of the platform, which count clicks',
  }),
  colour: HexColour.default(defaultColour).meta({
    description: 'Colour of titles and charts in reports, unless a report has its own',
    examples: [defaultColour],
  }),
  auditRetentionDays: z.int().min(0).default(730).meta({ description: 'How long audit events are kept, in days' }),
});
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>;

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
