import * as z from 'zod';
import { systemAuthor } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';

/** Set when a second factor was added or removed; absent for a changed password. */
const Factor = z.object({ hasMfa: z.boolean().optional() });

/** For a person locked out by an authenticator that is not theirs: a password reset does not remove it. */
const foreignFactor =
  'If you are still signed in, remove the authenticator first; you need your password for this. If you cannot sign in, ' +
  'reset your password by email. A reset signs you out everywhere but does not remove the authenticator: the operators of ' +
  'this platform can remove it once they have verified your identity.';

interface Changed {
  workspaceId: string;
  /** The person. */
  entityId: string;
  occurredAt: string;
  correlationId: string;
  data: unknown;
}

/**
 * Emails a person whose password or second factor was changed, by themselves or by anyone else (OWASP ASVS 2.2.3,
 * NIST SP 800-63B 6.1.2). An event that is delivered twice is mailed twice.
 */
export const mailSignInChange = async (
  { members, people, mails }: Pick<Deps, 'members' | 'people' | 'mails'>,
  { workspaceId, entityId, occurredAt: at, correlationId, data }: Changed,
): Promise<void> => {
  const member = await members.record(workspaceId, entityId);
  const person = member && (await people.find(member.subject));
  if (!person) return;
  const { hasMfa } = Factor.parse(data);
  const what =
    hasMfa === undefined
      ? 'Your password was changed'
      : hasMfa
        ? 'An authenticator was added to your account'
        : 'The authenticator was removed from your account';
  const andThen: Record<string, string> = hasMfa === true ? { andThen: foreignFactor } : {};
  const mail = { workspaceId, to: person.email, kind: 'sign_in_changed' as const, data: { what, at, ...andThen } };
  await mails.queue(mail, systemAuthor('users', { correlationId }));
};
