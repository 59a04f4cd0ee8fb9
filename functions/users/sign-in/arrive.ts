import { lostUpdate } from '#shared/entities.ts';
import type { RequestFacts } from '#shared/http/route.ts';
import type { Deps } from '../deps.ts';
import { parseDeviceToken } from '../domain/device.ts';
import { noWorkspace } from '../domain/sign-in-errors.ts';
import { rememberDevice } from '../lock-out/lock-out.ts';
import { signInRoundOf, type Tokens } from '../ports/tokens.ts';
import { openSession } from '../sessions/session.ts';
import { withWorkplace } from '../workspaces/find-workplace.ts';

/** What the identity provider knows about a person who signs in. */
interface Arrival {
  subject: string;
  tokens: Tokens;
  /** Whether the provider asked for an authenticator code: it is the authority on whether they have one. */
  hasMfa: boolean;
  /** As the client sent it. */
  deviceToken: string | undefined;
}

/**
 * Lets in a person whom the identity provider has let in. They get a workspace to work in, and a correct record of
 * their second factor, even if it was changed at the provider. If either was missing or wrong, the tokens are issued
 * again. The device is known from now on.
 * @throws DomainError `no_workspace`, or `changed_meanwhile` when all sign-ins ended while this one came in
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
  // The password that opened this sign-in may be one that has just been changed.
  const rounds = new Set([tokens, issued].map(signInRoundOf)).add(person.signInRound);
  if (rounds.size > 1) throw lostUpdate();
  const deviceToken = await rememberDevice(deps, subject, given);
  const deviceDigest = parseDeviceToken(deviceToken)?.digest ?? null;
  return { ...(await openSession(deps, person, { tokens: issued, deviceDigest }, request)), deviceToken };
};
