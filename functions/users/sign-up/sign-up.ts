import { systemAuthor } from '#shared/actor.ts';
import { derivedKey } from '#shared/derived-key.ts';
import type { RequestFacts } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import { networkOf } from '#shared/network.ts';
import { seal, unseal } from '#shared/sealing.ts';
import { digestOf } from '#shared/secrets.ts';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { inZone } from '../domain/in-zone.ts';
import { codeBytes, codeOf, codeSeconds, written } from '../domain/mailed-code.ts';
import { isSameConfirmation, type Person, register } from '../domain/person.ts';
import { invalidCode } from '../domain/sign-in-errors.ts';
import { rememberDevice } from '../lock-out/lock-out.ts';
import { isPersonIn } from '../store/people.ts';

/** The key of the one password stored for this token: 256 random bits, of which the platform keeps a digest. */
const sealingKey = (token: string): Buffer => derivedKey(token, 'sign-up/1');

/** The person of an address, unless they are being erased. It takes equally long for an unused address. */
export const personAt = async ({ identities, people }: Deps, email: string): Promise<Person | undefined> => {
  const identity = await identities.find(email);
  const person = await people.find(identity?.subject ?? 'nobody');
  return person?.erasure ? undefined : person;
};

interface WantedCode {
  purpose: 'sign_up' | 'password_reset';
  email: string;
  /** Undefined: the address gets no mail, since there is nothing that a code of that kind is good for. */
  workspaceId: string | undefined;
  /** Mailed in place of the code, which is then never revealed. */
  instead?: 'account_exists';
}

/**
 * Mails another code to an address. Codes that were mailed before stay valid: if the address gets no further mail now,
 * its owner has those. The same amount is written whatever is mailed, even nothing, so the time does not reveal whether
 * an address is known.
 */
export const mailCode = async (
  { mails, codes, random, now }: Deps,
  { purpose, email, workspaceId, instead }: WantedCode,
  correlationId: string,
): Promise<void> => {
  const mail = { workspaceId: workspaceId ?? '', to: email, kind: instead ?? purpose };
  const isMailed = workspaceId !== undefined && instead === undefined;
  const isAllowed = purpose === 'sign_up' ? await mails.allowSignUp(mail, isMailed) : await mails.allow(mail);
  const code = codeOf(random(codeBytes));
  if (isAllowed) await codes.keep(isMailed ? purpose : 'nobody', email, code);
  if (workspaceId === undefined) return codes.keep('nobody', email, code);
  const data = { code: written(code), expiresAt: inZone(instantAfter(now(), codeSeconds * 1000)) };
  const author = systemAuthor('users', { correlationId });
  await mails.queue({ ...mail, workspaceId, data: instead ? {} : data }, author, isAllowed);
};

/**
 * Writes a sign-up, beside a few others with the same address, and mails a code. A known address gets a mail that it
 * has an account; the caller sees no difference. Returns the only token that confirms the sign-up.
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

/** Mails another code when a sign-up waits for one. */
export const mailCodeAgain = async (deps: Deps, email: string, correlationId: string): Promise<void> => {
  const [signUp, person] = [await deps.signUps.latest(email), await personAt(deps, email)];
  const workspaceId = signUp?.waiting && !person ? signUp.workspaceId : undefined;
  await mailCode(deps, { purpose: 'sign_up', email, workspaceId }, correlationId);
};

/**
 * Confirms a sign-up and makes its user, person and workspace; returns the device's token. A crash in between leaves a
 * user without a person, who can do nothing. Repeating the request repairs it, since the code is spent last. After
 * that, a second confirmation needs the same code and token, so that it does not reveal whether an address is known.
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
    return rememberDevice(deps, person.subject);
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
    // False when another request was quicker: then all is there.
    await people.register(register({ subject, email, name, workspaceId, workspaceName }, code, now()), correlationId);
  }
  await codes.endAll('sign_up', email);
  await signUps.end(email, tokenDigest);
  return rememberDevice(deps, subject);
};
