import { DomainError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { networkOf } from '#shared/network.ts';
import { timeToLive } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import type { AttemptKind, AttemptSubject } from '../domain/attempts.ts';
import { isTrusted, newDevice, parseDeviceToken } from '../domain/device.ts';
import { failureDigest, hourOf } from '../domain/failed-sign-in.ts';
import { tooManyTries } from '../domain/sign-in-errors.ts';
import type { AttemptStore } from '../store/attempts.ts';

/** Errors that count as a failed attempt. */
const wrong = new Set(['invalid_credentials', 'invalid_code', 'invalid_totp', 'invalid_invitation']);
const isWrong = (error: unknown): boolean => error instanceof DomainError && wrong.has(error.code);

interface SignInTry {
  kind: AttemptKind;
  email: string;
  sourceIp: string;
  /** As sent by the client. */
  deviceToken?: string | undefined;
}

/**
 * Runs an attempt at a password or a code of an email address by someone who is not signed in. Each attempt takes a
 * slot before it is checked, so that concurrent ones cannot exceed the limit together; one that does not fail returns
 * its slot. An attempt from a trusted device of the person only takes that device's slots, whatever strangers do. The
 * response is the same whether or not the address has an account.
 * @throws DomainError `too_many_tries`, and whatever `attempt` throws
 */
export const tried = async <T>(deps: Deps, given: SignInTry, attempt: () => Promise<T>): Promise<T> => {
  const { kind, email } = given;
  const network = networkOf(given.sourceIp) ?? 'unknown';
  const device = await knownDevice(deps, given);
  const own: AttemptSubject = device === undefined ? { by: 'address', kind, email } : { by: 'device', kind, device };
  const slot = await takeSlot(deps.attempts, own);
  const ofNetwork = device === undefined ? await takeOfNetwork(deps.attempts, network, email, own) : undefined;
  const giveBack = async (...slots: (AttemptSubject | undefined)[]): Promise<void> => {
    // Sequentially, because a second connection to the table takes longer in a cold start.
    for (const each of slots) if (each) await deps.attempts.giveBack(each);
  };
  try {
    const result = await attempt();
    await giveBack(own, ofNetwork);
    return result;
  } catch (error) {
    if (!isWrong(error)) await giveBack(own, ofNetwork);
    else {
      // A concurrent attempt at the same address may have been counted already.
      if (ofNetwork && !(await deps.attempts.count(network, email))) await giveBack(ofNetwork);
      await noteFailure(deps, given, network, slot.isLast);
    }
    throw error;
  }
};

/**
 * Runs an attempt at a password or a code by the bearer of a token: someone who is signed in or was invited. Their
 * slots are separate and can only be used up with that token.
 * @throws DomainError `too_many_tries`, and whatever `attempt` throws
 */
export const triedByBearer = async <T>(
  { attempts }: Pick<Deps, 'attempts'>,
  { kind, bearer }: { kind: 'password' | 'totp'; bearer: string },
  attempt: () => Promise<T>,
): Promise<T> => {
  const own: AttemptSubject = { by: 'bearer', kind, bearer };
  await takeSlot(attempts, own);
  try {
    const result = await attempt();
    await attempts.giveBack(own);
    return result;
  } catch (error) {
    if (!isWrong(error)) await attempts.giveBack(own);
    throw error;
  }
};

/** Identifies one sign-in of a person: a stolen token cannot use up the slots of other sign-ins. */
export const signedInBearer = ({ personId, signInId }: Caller): string => `${personId}/${signInId ?? ''}`;

/** @throws DomainError `too_many_tries` */
const takeSlot = async (tries: AttemptStore, tried: AttemptSubject) => {
  const slot = await tries.take(tried);
  if (!slot.isTaken) throw tooManyTries(slot.waitSeconds);
  return slot;
};

/**
 * Takes a slot of the network, unless this address is already counted there: a network is limited by the number of
 * addresses with failed attempts, not by how often someone mistypes their password.
 * @throws DomainError `too_many_tries`
 */
const takeOfNetwork = async (tries: AttemptStore, network: string, email: string, own: AttemptSubject) => {
  if (await tries.isCounted(network, email)) return undefined;
  const tried: AttemptSubject = { by: 'network', network };
  try {
    await takeSlot(tries, tried);
    return tried;
  } catch (error) {
    await tries.giveBack(own);
    throw error;
  }
};

/** Returns the trusted device of a token, if it belongs to the person of that address. */
const knownDevice = async ({ people, now }: Deps, { email, deviceToken }: SignInTry): Promise<string | undefined> => {
  const device = deviceToken === undefined ? undefined : parseDeviceToken(deviceToken);
  if (!device) return undefined;
  const person = await people.find(device.subject);
  if (person?.email !== email) return undefined;
  return isTrusted(person.devices, device.digest, timeToLive(now(), 0)) ? device.digest : undefined;
};

/** Trusts the device of someone who has just proved who they are, and returns the token for their next sign-in on it. */
export const trustDevice = async (
  { people, random }: Pick<Deps, 'people' | 'random'>,
  subject: string,
): Promise<string> => {
  const { deviceToken, digest } = newDevice(subject, random(32).toString('base64url'));
  await people.trustDevice(subject, digest);
  return deviceToken;
};

/** Records a failed sign-in, one item per address, network and hour. Attempts refused unchecked are not recorded. */
const noteFailure = async (
  { failedSignIns, identities, people, now }: Deps,
  { kind, email }: SignInTry,
  network: string,
  isLocked: boolean,
): Promise<void> => {
  const identity = await identities.find(email);
  const person = await people.find(identity?.subject ?? 'nobody');
  const addressDigest = failureDigest(email);
  const failure = { hour: hourOf(now()), kind, network, personId: person?.id ?? null, addressDigest, isLocked };
  await failedSignIns.count(failure, person?.workspaceId);
};
