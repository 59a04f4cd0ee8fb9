import { derivedKey } from '#shared/derived-key.ts';
import type { RequestFacts } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { networkOf } from '#shared/network.ts';
import { seal, unseal } from '#shared/sealing.ts';
import { digestOf } from '#shared/secrets.ts';
import type { Deps } from '../deps.ts';
import { isSameConfirmation, register } from '../domain/person.ts';
import { invalidCode } from '../domain/sign-in-errors.ts';
import { trustDevice } from '../lock-out/lock-out.ts';
import { mailCode, type WantedCode } from '../mail-code.ts';
import { personAt } from '../read-person.ts';
import { isPersonIn } from '../store/people.ts';

/**
 * Derives the key of the password stored for this token, which is 256 random bits; the platform only stores its digest.
 */
const sealingKey = (token: string): Buffer => derivedKey(token, 'sign-up/1');

/**
 * Stores a sign-up, next to a few others with the same address, and emails a code. If the address has an account, it
 * gets a notice instead; the response is the same. Returns the only token that can confirm the sign-up.
 */
export const beginSignUp = async (
  deps: Deps,
  { email, password, name, workspaceName }: { email: string; password: string; name: string; workspaceName: string },
  { correlationId, sourceIp }: RequestFacts,
): Promise<string> => {
  const token = deps.random(32).toString('base64url');
  const workspaceId = newId('wsp', deps.now());
  const person = await personAt(deps, email);
  const waiting = { name, workspaceName, password: seal(sealingKey(token), password, [email]) };
  await deps.signUps.begin(email, {
    ...{ tokenDigest: digestOf(token), workspaceId, waiting },
    ...{ begunAt: deps.now().toISOString(), network: networkOf(sourceIp) ?? 'unknown' },
  });
  const code: WantedCode = person
    ? { purpose: 'sign_up', email, workspaceId: person.workspaceId, instead: 'account_exists' }
    : { purpose: 'sign_up', email, workspaceId };
  await mailCode(deps, code, correlationId);
  return token;
};

/** Emails another code if a sign-up is pending. */
export const mailCodeAgain = async (deps: Deps, email: string, correlationId: string): Promise<void> => {
  const [signUp, person] = [await deps.signUps.latest(email), await personAt(deps, email)];
  const workspaceId = signUp?.waiting && !person ? signUp.workspaceId : undefined;
  await mailCode(deps, { purpose: 'sign_up', email, workspaceId }, correlationId);
};

/**
 * Confirms a sign-up and creates its user, person and workspace; returns the device token. A crash in between leaves a
 * user without a person, who can do nothing; repeating the request completes it, because the code is used up last.
 * Afterwards a repeated confirmation requires the same code and token, so that it does not reveal whether an address
 * has an account.
 * @throws DomainError `invalid_code`
 */
export const confirmSignUp = async (
  deps: Deps,
  { email, code, signUpToken }: { email: string; code: string; signUpToken: string },
  correlationId: string,
): Promise<string> => {
  const { signUps, codes, people, now } = deps;
  const tokenDigest = digestOf(signUpToken);
  const signUp = await signUps.find(email, tokenDigest);
  if (!signUp) throw invalidCode();
  const { waiting, workspaceId } = signUp;
  if (!waiting) {
    const person = await personAt(deps, email);
    if (!person || !isSameConfirmation(person, code, now())) throw invalidCode();
    return trustDevice(deps, person.subject);
  }
  if (!(await codes.isGood('sign_up', email, code))) throw invalidCode();
  const { name, workspaceName } = waiting;
  const password = unseal(sealingKey(signUpToken), waiting.password, [email]);
  const directory = deps.directory;
  const { subject, isKnown } = await directory.createUser({ email, password, name }, isPersonIn(deps.people));
  if (isKnown) {
    const person = await people.find(subject);
    if (!person || !isSameConfirmation(person, code, now())) throw invalidCode();
  } else {
    // False if a concurrent request was faster, which then wrote everything.
    await people.register(register({ subject, email, name, workspaceId, workspaceName }, code, now()), correlationId);
  }
  await codes.endAll('sign_up', email);
  await signUps.end(email, tokenDigest);
  return trustDevice(deps, subject);
};
