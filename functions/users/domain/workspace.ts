import * as z from 'zod';
import { defaultSettings, WorkspaceSettings } from '../../../events/users.ts';
import { entityFields } from '../../../shared/entity.ts';
import { PersonId } from '../../../shared/ids.ts';
import { Role } from '../../../shared/http/permissions.ts';
import { TimeZone } from '../../../shared/time.ts';

/** What a person or a workspace is called: no control characters, no halves of a surrogate pair. */
export const DisplayName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must not hold control characters');

/** A tenant. Its id is the `workspaceId` that every key and event begins with. */
export const Workspace = z.object({
  ...entityFields,
  name: DisplayName,
  settings: WorkspaceSettings.default(defaultSettings),
});
export type Workspace = z.infer<typeof Workspace>;

/** What a request may change of the settings. */
export const SettingsChange = z
  .strictObject({
    timeZone: TimeZone,
    approval: WorkspaceSettings.shape.approval,
    requireAltText: z.boolean(),
    requireMfa: z.boolean(),
    // A million dollars a month is a slip of the pen.
    monthlyBudgetMicros: z.int().min(0).max(1_000_000_000_000).nullable(),
    linkPolicy: WorkspaceSettings.shape.linkPolicy.unwrap(),
    mentionPolicy: WorkspaceSettings.shape.mentionPolicy.unwrap(),
    allowedMentions: z
      .array(
        z
          .string()
          .toLowerCase()
          .regex(/^\w{1,15}$/, 'must be a username on X, without @'),
      )
      .max(200),
    auditRetentionDays: z.int().min(365).max(3650),
  })
  .partial()
  .refine((change) => Object.keys(change).length > 0, 'must change something');
export type SettingsChange = z.infer<typeof SettingsChange>;

/** A person's place in a workspace. `subject` leads to the person's own record. */
export const Membership = z.object({ ...entityFields, personId: PersonId, subject: z.string(), role: Role });
export type Membership = z.infer<typeof Membership>;
