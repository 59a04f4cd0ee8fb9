import { DomainError } from '#shared/errors.ts';
import type { Caller } from '#shared/http/route.ts';
import { networkOf } from '#shared/network.ts';
import { digestOf } from '#shared/secrets.ts';
import type { Deps } from '../deps.ts';
import type { AttemptKind, AttemptSubject } from '../domain/attempts.ts';
import { formatDeviceToken, parseDeviceToken } from '../domain/device.ts';
import { failureDigest, hourOf } from '../domain/failed-sign-in.ts';
import { tooManyTries } from '../domain/sign-in-errors.ts';
import type { AttemptStore } from '../store/attempts.ts';

/** Refusals that count as a wrong try. */
const wrong = new Set(['invalid_credentials', 'invalid_code', 'invalid_totp', 'invalid_invitation']);
const isWrong = (error: unknown): boolean => error instanceof DomainError && wrong.has(error.code);

interface SignInTry {
  kind: AttemptKind;
  email: string;
  sourceIp: string;
  /** As the client sent it. */
  deviceToken?: string | undefined;
}

/**
 * Lets someone who is not signed in try a password or a code for a mail address. Each try takes a slot before it is
 * checked, so that concurrent tries cannot exceed the limit together; a try that is not wrong returns its slot. A try
 * from a known device of the person takes only from that device's slots, whatever strangers do. The answer is the same
 * whether or not the address is in use.
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
    // One after the other: in a new process, a second connection to the table takes longer.
    for (const each of slots) if (each) await deps.attempts.giveBack(each);
  };
  try {
    const result = await attempt();
    await giveBack(own, ofNetwork);
    return result;
  } catch (error) {
    if (!isWrong(error)) await giveBack(own, ofNetwork);
    else {
      // Another try of the same address, at the same time, may have been counted already.
      if (ofNetwork && !(await deps.attempts.count(network, email))) await giveBack(ofNetwork);
      await noteFailure(deps, given, network, slot.isLast);
    }
    throw error;
  }
};

/**
 * Lets the bearer of a token try a password or a code: someone who is signed in or was invited. They have their own
 * slots, which only that token can use up.
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

/** A signed-in person within one sign-in: a thief of one token cannot use up anyone else's slots. */
export const signedInBearer = ({ personId, signInId }: Caller): string => `${personId}/${signInId ?? ''}`;

/** @throws DomainError `too_many_tries` */
const takeSlot = async (tries: AttemptStore, tried: AttemptSubject) => {
  const slot = await tries.take(tried);
  if (!slot.isTaken) throw tooManyTries(slot.waitSeconds);
  return slot;
};

/**
 * The slot of the network, if this address is not counted there yet: a network waits for the number of addresses tried
 * wrongly from it, not for how often a person mistypes their password.
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

/** The device of a token that is good for the person of that address now. */
const knownDevice = async (
  { devices, people }: Deps,
  { email, deviceToken }: SignInTry,
): Promise<string | undefined> => {
  const device = deviceToken === undefined ? undefined : parseDeviceToken(deviceToken);
  if (!device) return undefined;
  const [isKnown, person] = await Promise.all([
    devices.isKnown(device.subject, device.digest),
    people.find(device.subject),
  ]);
  return isKnown && person?.email === email ? device.digest : undefined;
};

/**
 * Makes the device that a person has just proved themselves on a known one; the token for its next sign-in. One that is
 * known already, and theirs, stays.
 */
export const rememberDevice = async (
  { devices, random }: Pick<Deps, 'devices' | 'random'>,
  subject: string,
  given?: string,
): Promise<string> => {
  const standing = given === undefined ? undefined : parseDeviceToken(given);
  if (given !== undefined && standing?.subject === subject && (await devices.isKnown(subject, standing.digest))) {
    await devices.remember(subject, standing.digest);
    return given;
  }
  const secret = random(32).toString('base64url');
  await devices.remember(subject, digestOf(secret));
  return formatDeviceToken(subject, secret);
};

/** Records a failed sign-in, one item per address, network and hour. A try that is refused unchecked writes nothing. */
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
