import type { Deps } from './deps.ts';
import type { Person } from './domain/person.ts';

/** The person of an address, unless they are being erased. It takes equally long for an unused address. */
export const personAt = async ({ identities, people }: Deps, email: string): Promise<Person | undefined> => {
  const identity = await identities.find(email);
  const person = await people.find(identity?.subject ?? 'nobody');
  return person?.erasure ? undefined : person;
};
