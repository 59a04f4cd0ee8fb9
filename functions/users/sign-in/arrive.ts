import { lostUpdate } from '#shared/entities.ts';
import type { RequestFacts } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { parseDeviceToken } from '../domain/device.ts';
import { noWorkspace } from '../domain/sign-in-errors.ts';
import { rememberDevice } from '../lock-out/lock-out.ts';
import { signInRoundOf, type Tokens } from '../ports/tokens.ts';
import { openSession } from '../sessions/session.ts';
import { withWorkplace } from '../workspaces/find-workplace.ts';

/** What the identity provider reports about a person who signs in. */
interface Arrival {
  subject: string;
  tokens: Tokens;
  /**
   * Whether the provider required an authenticator code. It is authoritative on whether the person has a second factor.
   */
  hasMfa: boolean;
  /** As sent by the client. */
  deviceToken: string | undefined;
}

/**
 * Completes the sign-in of a person whom the identity provider accepted: assigns a workspace, corrects the record of
 * their second factor if it was changed at the provider, and issues the tokens again if either was necessary. The
 * device becomes a trusted one.
 * @throws DomainError `no_workspace`, or `changed_meanwhile` if all sign-ins ended during this one
 */
export const arrive = async (
  deps: Deps,
  { subject, tokens, hasMfa, deviceToken: given }: Arrival,
  request: RequestFacts,
): Promise<Tokens & { deviceToken: string }> => {
  const { correlationId } = request;
  const opening = await withWorkplace(deps, subject, tokens, correlationId);
  const person = await deps.people.noteSignIn(subject, correlationId);
  if (!person) throw noWorkspace();
  const isSo = person.hasMfa === hasMfa;
  if (!isSo && !(await deps.people.changeCredentials(subject, { hasMfa }, correlationId))) throw noWorkspace();
  const issued = isSo ? opening.tokens : await deps.identities.refresh(tokens.refreshToken);
  // The password used for this sign-in may have just been changed.
  const rounds = new Set([tokens, issued].map(signInRoundOf)).add(person.signInRound);
  if (rounds.size > 1) throw lostUpdate();
  const deviceToken = await rememberDevice(deps, subject, given);
  const deviceDigest = parseDeviceToken(deviceToken)?.digest ?? null;
  return { ...(await openSession(deps, person, { tokens: issued, deviceDigest }, request)), deviceToken };
};
