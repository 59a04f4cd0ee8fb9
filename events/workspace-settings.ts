import * as z from 'zod';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';

/** What a workspace decides for all its members. */
export const WorkspaceSettings = z.object({
  /** Where no other zone is named. */
  timeZone: z.string(),
  /** Whether posts need an approval before they go out; with `four_eyes` nobody approves their own. */
  approval: z.enum(['off', 'required', 'four_eyes']),
  /** Whether images, GIFs and videos must carry alt text. */
  requireAltText: z.boolean(),
  /** Whether whoever has no second factor can do nothing but enrol one. */
  requireMfa: z.boolean().default(false),
  /** What X may cost in a UTC month, in millionths of a US dollar; null for no bound. */
  monthlyBudgetMicros: z.int().min(0).nullable().default(null),
  /** Links in posts: X takes 0.20 USD for a post with one. */
  linkPolicy: z.enum(['allow', 'warn', 'block']).default('allow'),
  /** Mentions of accounts that are not on `allowedMentions` (X: no unsolicited mentions). */
  mentionPolicy: z.enum(['allow', 'warn', 'block']).default('warn'),
  /** Usernames on X, without @ and in lower case. */
  allowedMentions: personal(z.array(z.string()).default([]), {
    why: 'whom posts may mention',
    keptFor: keptFor.workspace,
  }),
  /** How long audit events are kept, in days. */
  auditRetentionDays: z.int().min(0).default(730),
});
export type WorkspaceSettings = z.infer<typeof WorkspaceSettings>;

/** What holds while a workspace has decided nothing. */
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
