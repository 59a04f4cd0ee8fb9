import type { Deps } from './deps.ts';
import type { Person } from './domain/person.ts';

/**
 * Returns the person of an address, unless they are being erased. Takes equally long for an address without an account.
 */
export const personAt = async ({ identities, people }: Deps, email: string): Promise<Person | undefined> => {
  const identity = await identities.find(email);
  const person = await people.find(identity?.subject ?? 'nobody');
  return person?.erasure ? undefined : person;
};
