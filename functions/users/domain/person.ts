import * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { entityFields, type New } from '#shared/entity.ts';
import { newId, PersonId, WorkspaceId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { dayMs, Instant } from '#shared/time.ts';
import { StoredName } from './display-name.ts';
import { codeDigest } from './mailed-code.ts';
import { EndOfAll } from './session.ts';
import { type Membership, newOwner, newWorkspace, type Workspace } from './workspace.ts';

/** A dot-string of RFC 5321, section 4.1.2, at a domain of the web: `r&d@example.com`, `ada@example.xn--p1ai`. */
const mailAddress =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+(?:[Xx][Nn]--[A-Za-z0-9-]*[A-Za-z0-9]|[A-Za-z]{2,})$/;

/** ASCII without blanks: nothing is changed about it, and no pattern has to be read for that. */
const isPlain = /^[!-~]*$/;

/** Without what is copied along with it; a domain in letters of another script as mail servers know it (UTS #46). */
const inOneForm = (address: string): string => {
  if (isPlain.test(address)) return address;
  const bare = address.replace(/^[\s\p{Cf}]+/u, '').replace(/[\s\p{Cf}]+$/u, '');
  const domain = /@([\p{L}\p{M}\p{N}.-]*[^\0-\x7f][\p{L}\p{M}\p{N}.-]*)$/u.exec(bare)?.[1];
  if (domain === undefined) return bare;
  return bare.slice(0, -domain.length) + (URL.parse(`https://${domain}`)?.hostname ?? domain);
};

/** A mail address in the form it is kept and compared in. Cognito takes user names of at most 128 characters. */
export const MailAddress = z
  .string()
  .max(320, { abort: true })
  .overwrite(inOneForm)
  .check(z.email({ pattern: mailAddress, abort: true }))
  .max(128)
  // RFC 5321, section 4.5.3.1.1.
  .regex(/^[^@]{1,64}@/, 'must have at most 64 characters before the @')
  .toLowerCase()
  .meta({ description: 'Email address. Case and surrounding spaces are ignored', examples: ['maya@example.com'] });

/**
 * A person who signs in. Personal data lives here alone, apart from workspaces. `workspaceId` is the workspace they
 * work in; `subject` is the identity provider's own name for them (`sub`), which never changes.
 */
export const Person = z.object({
  id: PersonId,
  ...entityFields,
  subject: personal(z.string(), { why: 'to identify who signs in', keptFor: keptFor.person }),
  name: personal(StoredName, { why: 'to show colleagues whom they work with', keptFor: keptFor.person }),
  email: personal(MailAddress, { why: 'to sign in and receive emails', keptFor: keptFor.person }),
  lastSignInAt: personal(Instant.nullable(), { why: 'to find unused accounts', keptFor: keptFor.person }),
  lastSignOutAt: personal(Instant.nullable(), { why: 'to record the sign-out', keptFor: keptFor.person }),
  /** Whether signing in takes the code of an authenticator. */
  hasMfa: z.boolean().default(false),
  passwordChangedAt: Instant.nullable().default(null),
  /**
   * How often all their sign-ins ended at once: sign-ins of an earlier round have ended, except the one that was kept.
   */
  signInRound: z.int().default(0),
  keptSignIn: z.string().nullable().default(null),
  /** When and why that was last. */
  signInsEndedAt: Instant.nullable().default(null),
  signInsEndedFor: EndOfAll.nullable().default(null),
  /** The role they came with: owner of the workspace of their own sign-up, or as they were invited. */
  firstRole: Role.default('owner'),
  /** Digest of the code that confirmed the sign-up, which is spent: repeating the request is no mistake. */
  confirmationDigest: z.string(),
  /** While they are being erased: they cannot sign in. */
  erasure: z
    .object({
      requestedAt: Instant,
      /** Where they were a member then. */
      workspaceIds: z.array(WorkspaceId),
    })
    .optional(),
});
export type Person = z.infer<typeof Person>;

/** A person as the author of what they do before an access token names them. */
export const personAuthor = (id: string, correlationId: string): Author => ({
  actor: { type: 'person', id },
  correlationId,
});

/** The known data of a new person: the rest of their record begins empty. */
type Newcomer = Pick<Person, 'id' | 'workspaceId' | 'subject' | 'name' | 'email' | 'firstRole' | 'confirmationDigest'>;

/** A person as they come, by a sign-up or an invitation. */
export const newcomer = (known: Newcomer): New<Person> => ({
  ...known,
  lastSignInAt: null,
  lastSignOutAt: null,
  hasMfa: false,
  passwordChangedAt: null,
  signInRound: 0,
  keptSignIn: null,
  signInsEndedAt: null,
  signInsEndedFor: null,
});

/** What may change of how a person signs in. */
export type CredentialsChange = Partial<Pick<Person, 'email' | 'hasMfa' | 'passwordChangedAt'>>;

/** The end of all of a person's sign-ins but one, and what else is written with it. */
export interface EndOfSignIns extends Partial<Pick<Person, 'passwordChangedAt' | 'lastSignOutAt'>> {
  why: z.infer<typeof EndOfAll>;
  /** The sign-in that continues. */
  kept: string | null;
}

/** What a confirmed sign-up brings into being: a person, their workspace, and themselves as its owner. */
export interface Registration {
  person: New<Person>;
  workspace: New<Workspace>;
  membership: New<Membership>;
}

/** Makes the person and the workspace of a sign-up that was confirmed with `code`. */
export const register = (
  {
    subject,
    email,
    name,
    workspaceId,
    workspaceName,
  }: { subject: string; email: string; name: string; workspaceId: string; workspaceName: string },
  code: string,
  now: Date,
): Registration => {
  const id = newId('usr', now);
  return {
    person: newcomer({
      id,
      workspaceId,
      subject,
      name,
      email,
      firstRole: 'owner',
      confirmationDigest: codeDigest(subject, code),
    }),
    workspace: newWorkspace(workspaceId, workspaceName),
    membership: newOwner(workspaceId, { id, subject }, 'sign_up'),
  };
};

/** A confirmation may be repeated this long, in milliseconds, with the code that was spent on it. */
const confirmationRepeatableMs = dayMs;

/** Whether the request that made this person comes again: its reply was lost on the way. */
export const isSameConfirmation = (person: Person, code: string, now: Date): boolean =>
  person.confirmationDigest === codeDigest(person.subject, code) &&
  now.getTime() - Date.parse(person.createdAt) < confirmationRepeatableMs;
