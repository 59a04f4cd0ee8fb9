import * as z from 'zod';
import { defaultSettings, HexColour, WorkspaceSettings } from '#events/workspace-settings.ts';
import { change } from '#shared/change.ts';
import { entityFields, type New } from '#shared/entity.ts';
import { DomainError, notFound } from '#shared/errors.ts';
import { PersonId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { personal } from '#shared/privacy/personal-data.ts';
import { dayMs, Instant, instantAfter, TimeZone } from '#shared/time.ts';
import { bounded } from './bounds.ts';
import { StoredName } from './display-name.ts';

export const noSuchWorkspace = (): DomainError =>
  notFound('workspace', 'There is no such workspace, or you are not a member of it.');

export const workspacesBound = bounded(50, 'workspaces per person');

/** A tenant. Its id is the `workspaceId` in every key and event. */
export const Workspace = z.object({
  ...entityFields,
  name: StoredName,
  settings: WorkspaceSettings.default(defaultSettings),
  /** When it is permanently deleted, unless that is cancelled; null: no deletion is scheduled. */
  deletionDueAt: Instant.nullable()
    .default(null)
    .meta({ description: 'When it is deleted unless restored before (UTC); null if no deletion is scheduled' }),
  deletedAt: Instant.nullable()
    .default(null)
    .meta({ description: 'When its deletion began (UTC); null if it has not begun' }),
});
export type Workspace = z.infer<typeof Workspace>;

const { shape } = WorkspaceSettings;

/** Settings that a request can change. */
export const SettingsChange = change({
  timeZone: TimeZone,
  approval: shape.approval,
  requireAltText: z.boolean().meta({ description: shape.requireAltText.description }),
  requireMfa: z.boolean().meta({ description: shape.requireMfa.description }),
  // More than a million dollars a month is a typing error.
  monthlyBudgetMicros: z
    .int()
    .min(0)
    .max(1_000_000_000_000)
    .nullable()
    .meta({ description: shape.monthlyBudgetMicros.description }),
  monthlyReadBudgetMicros: z
    .int()
    .min(0)
    .max(1_000_000_000_000)
    .nullable()
    .meta({ description: shape.monthlyReadBudgetMicros.description }),
  linkPolicy: shape.linkPolicy.unwrap().meta({ description: shape.linkPolicy.description }),
  mentionPolicy: shape.mentionPolicy.unwrap().meta({ description: shape.mentionPolicy.description }),
  allowedMentions: z
    .array(
      z
        .string()
        .toLowerCase()
        .regex(/^\w{1,15}$/, 'must be an X username without @'),
    )
    .max(200)
    .meta({ description: 'X usernames that posts may mention, without @' }),
  shortLinks: z.boolean().meta({ description: shape.shortLinks.description }),
  colour: HexColour.meta({ description: shape.colour.description, examples: [defaultSettings.colour] }),
  auditRetentionDays: z.int().min(365).max(3650).meta({ description: shape.auditRetentionDays.description }),
});
export type SettingsChange = z.infer<typeof SettingsChange>;

/**
 * A person's membership in a workspace. `subject` identifies the person's own record. The record of a removed person
 * stays with status `removed`, never shown, so that its versions continue if the person returns.
 */
export const Membership = z.object({
  ...entityFields,
  personId: PersonId,
  subject: personal(z.string(), {
    why: 'to find the person',
    keptFor: 'no limit: a removed membership stays; once the person is erased, it leads to nobody',
  }),
  role: Role,
  status: z.enum(['active', 'disabled', 'removed']).default('active'),
  cameBy: z.enum(['sign_up', 'own_workspace', 'invitation']).default('sign_up'),
  /** Who transferred ownership to this member, set by the write that made them owner. */
  ownershipFrom: PersonId.nullable().default(null),
});
export type Membership = z.infer<typeof Membership>;

/** Returns a new workspace. */
export const newWorkspace = (workspaceId: string, name: string): New<Workspace> => ({
  workspaceId,
  name,
  settings: defaultSettings,
  deletionDueAt: null,
  deletedAt: null,
});

/**
 * Returns the workspace with its deletion scheduled; undefined if it is scheduled already, or has begun.
 * @param graceDays days in which an owner can restore it
 */
export const scheduleDeletion = (workspace: Workspace, graceDays: number, now: Date): Workspace | undefined => {
  if (workspace.deletionDueAt !== null || workspace.deletedAt !== null) return undefined;
  return { ...workspace, deletionDueAt: instantAfter(now, graceDays * dayMs) };
};

/** Returns the first member of a workspace. */
export const newOwner = (
  workspaceId: string,
  { id, subject }: { id: string; subject: string },
  cameBy: 'sign_up' | 'own_workspace',
): New<Membership> => ({
  workspaceId,
  personId: id,
  subject,
  role: 'owner',
  status: 'active',
  cameBy,
  ownershipFrom: null,
});

export const wrongName = (): DomainError =>
  new DomainError(
    'invalid',
    'wrong_name',
    'The name does not match the workspace. Enter its exact name to delete it.',
    {
      fields: [{ path: 'body.name', code: 'wrong_name', message: 'must be the name of the workspace' }],
    },
  );

export const deletionPending = (): DomainError =>
  new DomainError('conflict', 'deletion_scheduled', 'The deletion of the workspace is already scheduled.');

export const nothingToRestore = (): DomainError =>
  new DomainError(
    'conflict',
    'not_being_deleted',
    'No deletion of the workspace is scheduled, or it has already begun.',
  );
