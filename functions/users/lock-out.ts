import { DomainError } from '../../shared/errors.ts';
import { networkOf } from '../../shared/network.ts';
import type { Deps } from './deps.ts';
import { tooManyTries } from './domain/refusals.ts';
import { triesPerPerson, type TryKind } from './domain/tries.ts';
import type { Tried } from './store/tries.ts';

/** Refusals that count as a wrong try. */
const wrong = new Set(['invalid_credentials', 'invalid_code', 'invalid_totp']);

/**
 * Lets somebody try a password or a code for a mail address, unless there were too many wrong ones for it, or from
 * their network, and counts this one if it is wrong. A right one costs no write unless wrong ones came before. The
 * answer is the same whether or not anybody has that address.
 * @throws DomainError `too_many_tries`, and whatever `attempt` throws
 */
export const tried = async <T>(
  { tries, triesPerNetwork, now }: Deps,
  { kind, email, sourceIp }: { kind: Exclude<TryKind, 'network'>; email: string; sourceIp: string },
  attempt: () => Promise<T>,
): Promise<T> => {
  const person: Tried = { kind, who: email };
  const network: Tried = { kind: 'network', who: networkOf(sourceIp) ?? 'unknown' };
  const [ofPerson, ofNetwork] = await Promise.all([tries.find(person), tries.find(network)]);
  const waitMs = Math.max(
    ...[ofPerson, ofNetwork].map((each) => (each?.lockedUntil ? Date.parse(each.lockedUntil) - now().getTime() : 0)),
  );
  if (waitMs > 0) throw tooManyTries(Math.ceil(waitMs / 1000));
  try {
    const result = await attempt();
    if (ofPerson && ofPerson.tries > 0) await tries.forget(person);
    return result;
  } catch (error) {
    if (error instanceof DomainError && wrong.has(error.code)) {
      await Promise.all([tries.countWrong(person, triesPerPerson), tries.countWrong(network, triesPerNetwork)]);
    }
    throw error;
  }
};
