import * as z from 'zod';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';

/** Settings of a workspace, for all its members. */
export const WorkspaceSettings = z.object({
  /** Default time zone. */
  timeZone: z.string(),
  /** Whether posts need approval before publishing; with `four_eyes`, by someone who did not write them. */
  approval: z.enum(['off', 'required', 'four_eyes']),
  /** Whether images, GIFs and videos must carry alt text. */
  requireAltText: z.boolean(),
  /** Whether members without a second factor must enrol one before anything else. */
  requireMfa: z.boolean().default(false),
  /** X API budget per UTC month, in millionths of a US dollar; null for no limit. */
  monthlyBudgetMicros: z.int().min(0).nullable().default(null),
  /** Links in posts: X charges 0.20 USD for a post with a link. */
  linkPolicy: z.enum(['allow', 'warn', 'block']).default('allow'),
  /** Mentions of accounts that are not in `allowedMentions` (X: no unsolicited mentions). */
  mentionPolicy: z.enum(['allow', 'warn', 'block']).default('warn'),
  /** X usernames in lower case, without @. */
  allowedMentions: personal(z.array(z.string()).default([]), {
    why: 'to check which accounts posts may mention',
    keptFor: keptFor.workspace,
  }),
  /** Retention of audit events, in days. */
  auditRetentionDays: z.int().min(0).default(730),
});
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>;

/** Default settings. */
export const defaultSettings: WorkspaceSettings = {
  timeZone: 'Etc/UTC',
  approval: 'off',
  requireAltText: false,
  requireMfa: false,
  monthlyBudgetMicros: null,
  linkPolicy: 'allow',
  mentionPolicy: 'warn',
  allowedMentions: [],
  auditRetentionDays: 730,
};
