import * as z from 'zod';
import { systemAuthor } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';
import { inZone } from '../domain/in-zone.ts';

/** Set if a second factor was added or removed; absent for a changed password. */
const Factor = z.object({ hasMfa: z.boolean().optional() });

/** Sentences of the email, which say what a person can still do who did not make the change. */
interface Said {
  what: string;
  ifNotYou: string;
  ifLockedOut?: string;
}

/** Someone who did not choose the new password does not know it, so only a reset helps. */
const passwordChanged: Said = {
  what: 'Your password was changed',
  ifNotYou:
    'If it was not you, reset your password by email now; this also signs you out everywhere. Then tell an owner of your ' +
    'workspace.',
};

/** Warns against signing out: the next sign-in requires the authenticator, and a password reset does not remove it. */
const authenticatorAdded: Said = {
  what: 'An authenticator was added to your account',
  ifNotYou:
    'If it was not you, do not sign out: remove the authenticator first, for which you need your password. Then change your ' +
    'password and tell an owner of your workspace.',
  ifLockedOut:
    'If you cannot sign in any more, reset your password by email. This signs you out everywhere but does not remove the ' +
    'authenticator. Ask an owner of your workspace to disable your membership meanwhile, and to pass your case on to whoever ' +
    'runs this platform: they can remove the authenticator once they have verified your identity.',
};

const authenticatorRemoved: Said = {
  what: 'The authenticator was removed from your account',
  ifNotYou: 'If it was not you, change your password now, sign out everywhere, and tell an owner of your workspace.',
};

interface Changed {
  workspaceId: string;
  /** Id of the person. */
  entityId: string;
  occurredAt: string;
  correlationId: string;
  data: unknown;
}

/**
 * Emails a person whose password or second factor was changed, by themselves or anyone else (OWASP ASVS 2.2.3, NIST SP
 * 800-63B 6.1.2). An event that is delivered twice is emailed twice.
 */
export const mailSignInChange = async (
  { members, people, mails }: Pick<Deps, 'members' | 'people' | 'mails'>,
  { workspaceId, entityId, occurredAt, correlationId, data }: Changed,
): Promise<void> => {
  const member = await members.record(workspaceId, entityId);
  const person = member && (await people.find(member.subject));
  if (!person) return;
  const { hasMfa } = Factor.parse(data);
  const factorChanged = hasMfa === true ? authenticatorAdded : authenticatorRemoved;
  const said = hasMfa === undefined ? passwordChanged : factorChanged;
  const workspace = await people.findWorkspace(workspaceId);
  const at = inZone(occurredAt, workspace?.settings.timeZone);
  const mail = { workspaceId, to: person.email, kind: 'sign_in_changed' as const, data: { ...said, at } };
  await mails.queue(mail, systemAuthor('users', { correlationId }));
};
