import * as z from 'zod';
import { systemAuthor } from '#shared/actor.ts';
import type { Deps } from '../deps.ts';

/** An enrolment or its end; of a new password the event says nothing. */
const Factor = z.object({ hasMfa: z.boolean().optional() });

/** For somebody who is locked out by an authenticator that is not theirs: a new password does not take it away. */
const foreignFactor =
  'Where you are still signed in, remove the authenticator with your password first. If you cannot sign in any more, set ' +
  'a new password by mail, which ends every sign-in: it leaves the authenticator, which those who run this platform can ' +
  'remove once you have shown them who you are.';

interface Changed {
  workspaceId: string;
  /** The person. */
  entityId: string;
  occurredAt: string;
  correlationId: string;
  data: unknown;
}

/**
 * Writes to a person whose password or second factor has changed, whoever changed it (OWASP ASVS 2.2.3, NIST SP 800-63B
 * 6.1.2). An event that is delivered twice is mailed twice.
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
  await mails.queue(mail, systemAuthor('users', correlationId));
};
