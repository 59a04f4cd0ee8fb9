import { lostUpdate } from '#shared/entities.ts';
import type { RequestFacts } from '#shared/http/route.ts';
import { networkOf } from '#shared/network.ts';
import type { Deps } from '../deps.ts';
import { newDevice, parseDeviceToken } from '../domain/device.ts';
import type { Person } from '../domain/person.ts';
import { noWorkspace } from '../domain/sign-in-errors.ts';
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
  // The password used for this sign-in may have just been changed.
  const round = signInRoundOf(tokens);
  const network = networkOf(request.sourceIp) ?? null;
  const { person, device, deviceToken } = await signInOn(deps, { subject, round, network }, given, correlationId);
  const isSo = person.hasMfa === hasMfa;
  if (!isSo && !(await deps.people.changeCredentials(subject, { hasMfa }, correlationId))) throw noWorkspace();
  const issued = isSo ? opening.tokens : await deps.identities.refresh(tokens.refreshToken);
  if (signInRoundOf(issued) !== round) throw lostUpdate();
  return { ...(await openSession(deps, person, { tokens: issued, deviceDigest: device }, request)), deviceToken };
};

interface SignedIn {
  person: Person;
  /** Digest of the token of the device. */
  device: string;
  deviceToken: string;
}

/** Records the sign-in on the given device if the person trusts it, otherwise on a new one, which becomes trusted. */
const signInOn = async (
  { people, random }: Deps,
  { subject, ...on }: { subject: string; round: number; network: string | null },
  given: string | undefined,
  correlationId: string,
): Promise<SignedIn> => {
  const known = given === undefined ? undefined : parseDeviceToken(given);
  if (given !== undefined && known?.subject === subject) {
    const person = await people.noteSignIn(
      subject,
      { ...on, device: known.digest, mustBeTrusted: true },
      correlationId,
    );
    if (person) return { person, device: known.digest, deviceToken: given };
  }
  const { deviceToken, digest: device } = newDevice(subject, random(32).toString('base64url'));
  const person = await people.noteSignIn(subject, { ...on, device, mustBeTrusted: false }, correlationId);
  if (person) return { person, device, deviceToken };
  throw (await people.find(subject)) ? lostUpdate() : noWorkspace();
};
