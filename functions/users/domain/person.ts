import * as z from 'zod';
import type { Author } from '#shared/actor.ts';
import { entityFields, type New } from '#shared/entity.ts';
import { newId, PersonId, WorkspaceId } from '#shared/ids.ts';
import { Role } from '#shared/permissions.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { dayMs, Instant } from '#shared/time.ts';
import { Devices } from './device.ts';
import { StoredName } from './display-name.ts';
import { codeDigest } from './mailed-code.ts';
import { EndOfAll } from './session.ts';
import { type Membership, newOwner, newWorkspace, type Workspace } from './workspace.ts';

/** Dot-string of RFC 5321, section 4.1.2, at an internet domain: `r&d@example.com`, `ada@example.xn--p1ai`. */
const mailAddress =
  /^[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+(?:[Xx][Nn]--[A-Za-z0-9-]*[A-Za-z0-9]|[A-Za-z]{2,})$/;

/** Printable ASCII without spaces, which needs no normalization. */
const isPlain = /^[!-~]*$/;

/** Removes surrounding spaces and invisible characters, and converts an internationalized domain to ASCII (UTS #46). */
const inOneForm = (address: string): string => {
  if (isPlain.test(address)) return address;
  const bare = address.replace(/^[\s\p{Cf}]+/u, '').replace(/[\s\p{Cf}]+$/u, '');
  const domain = /@([\p{L}\p{M}\p{N}.-]*[^\0-\x7f][\p{L}\p{M}\p{N}.-]*)$/u.exec(bare)?.[1];
  if (domain === undefined) return bare;
  return bare.slice(0, -domain.length) + (URL.parse(`https://${domain}`)?.hostname ?? domain);
};

/** An email address in its normalized form. Cognito allows user names of at most 128 characters. */
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
 * A person who signs in. Personal data is stored only here, apart from workspaces. `workspaceId` is their current
 * workspace; `subject` is the identity provider's id for them (`sub`), which never changes.
 */
export const Person = z.object({
  id: PersonId,
  ...entityFields,
  subject: personal(z.string(), { why: 'to identify who signs in', keptFor: keptFor.person }),
  name: personal(StoredName, { why: 'to show colleagues whom they work with', keptFor: keptFor.person }),
  email: personal(MailAddress, { why: 'to sign in and receive emails', keptFor: keptFor.person }),
  lastSignInAt: personal(Instant.nullable(), { why: 'to find unused accounts', keptFor: keptFor.person }),
  lastNetwork: personal(z.string().nullable(), {
    why: 'to detect sign-ins from a new network',
    keptFor: keptFor.person,
  }),
  lastSignOutAt: personal(Instant.nullable(), { why: 'to record the sign-out', keptFor: keptFor.person }),
  devices: personal(Devices, {
    why: 'to let people sign in while strangers guess their password',
    keptFor:
      'until the first sign-in more than 180 days after the last one on the device; earlier if the password is reset, or ' +
      'changed on another device, if 20 other devices were used since, or if the person is erased',
  }),
  /** Whether signing in requires an authenticator code. */
  hasMfa: z.boolean().default(false),
  passwordChangedAt: Instant.nullable().default(null),
  /** How often all their sign-ins were ended together. Sign-ins of an earlier round have ended, except `keptSignIn`. */
  signInRound: z.int().default(0),
  keptSignIn: z.string().nullable().default(null),
  /** When and why all sign-ins were last ended. */
  signInsEndedAt: Instant.nullable().default(null),
  signInsEndedFor: EndOfAll.nullable().default(null),
  /** The role they joined with: owner after their own sign-up, otherwise the role of the invitation. */
  firstRole: Role.default('owner'),
  /** Digest of the code that confirmed the sign-up, so that a repeated confirmation succeeds. */
  confirmationDigest: z.string(),
  /** Set while the person is being erased, when they cannot sign in. */
  erasure: z
    .object({
      requestedAt: Instant,
      /** Workspaces that they were a member of at that time. */
      workspaceIds: z.array(WorkspaceId),
    })
    .optional(),
});
export type Person = z.infer<typeof Person>;

/** Returns a person as an author, for changes made before an access token identifies them. */
export const personAuthor = (id: string, correlationId: string): Author => ({
  actor: { type: 'person', id },
  correlationId,
});

/** Known data of a new person; all other fields start empty. */
type Newcomer = Pick<Person, 'id' | 'workspaceId' | 'subject' | 'name' | 'email' | 'firstRole' | 'confirmationDigest'>;

/** Returns a new person, who signed up or was invited. */
export const newcomer = (known: Newcomer): New<Person> => ({
  ...known,
  lastSignInAt: null,
  lastNetwork: null,
  lastSignOutAt: null,
  devices: {},
  hasMfa: false,
  passwordChangedAt: null,
  signInRound: 0,
  keptSignIn: null,
  signInsEndedAt: null,
  signInsEndedFor: null,
});

/** Credentials that can change. */
export type CredentialsChange = Partial<Pick<Person, 'email' | 'hasMfa' | 'passwordChangedAt'>>;

/** Ends all sign-ins of a person except `kept`, with fields to set in the same write. */
export interface EndOfSignIns extends Partial<Pick<Person, 'passwordChangedAt' | 'lastSignOutAt' | 'devices'>> {
  why: z.infer<typeof EndOfAll>;
  /** The sign-in that continues, if any. */
  kept: string | null;
}

/** What a confirmed sign-up creates: a person, and a workspace that they own. */
export interface Registration {
  person: New<Person>;
  workspace: New<Workspace>;
  membership: New<Membership>;
}

/** Returns the person, workspace and membership of a sign-up that was confirmed with `code`. */
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

/** How long a confirmation can be repeated with its code, in milliseconds. */
const confirmationRepeatableMs = dayMs;

/** Whether this repeats the request that created the person, because its response was lost. */
export const isSameConfirmation = (person: Person, code: string, now: Date): boolean =>
  person.confirmationDigest === codeDigest(person.subject, code) &&
  now.getTime() - Date.parse(person.createdAt) < confirmationRepeatableMs;
