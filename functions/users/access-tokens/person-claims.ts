import type { Deps } from '../deps.ts';
import { noWorkspace } from '../domain/sign-in-errors.ts';
import { claimsOf } from './claims.ts';

/**
 * Claims of a person's token: their place in the workspace that they work in.
 * @throws DomainError `no_workspace` for an unknown person, or one who is being erased
 */
export const personClaims = async ({ people }: Pick<Deps, 'people'>, sub: string) => {
  const person = await people.find(sub);
  if (!person || person.erasure) throw noWorkspace();
  const [membership, workspace] = await Promise.all([
    people.findMembership(person.workspaceId, person.id),
    people.findWorkspace(person.workspaceId),
  ]);
  // Opens nothing; signing in or refreshing assigns a workspace to work in, and issues another token.
  const round = { sign_in_round: String(person.signInRound) };
  if (membership?.status !== 'active') return round;
  const mustEnrol = workspace?.settings.requireMfa === true && !person.hasMfa;
  return { ...claimsOf(person.id, membership), ...round, ...(mustEnrol && { must_enrol: 'true' }) };
};
