import type { Deps } from '../deps.ts';
import { noWorkspace } from '../domain/sign-in-errors.ts';
import { claimsOf } from './claims.ts';

/** Claims of a person's token: their membership in their current workspace. */
export const personClaims = async ({ people }: Pick<Deps, 'people'>, sub: string) => {
  const person = await people.find(sub);
  if (!person || person.erasure) throw noWorkspace();
  const [membership, workspace] = await Promise.all([
    people.findMembership(person.workspaceId, person.id),
    people.findWorkspace(person.workspaceId),
  ]);
  // Without a role the token gives no access; signing in or refreshing assigns another workspace and a new token.
  const round = { sign_in_round: String(person.signInRound) };
  if (membership?.status !== 'active') return round;
  const mustEnrol = workspace?.settings.requireMfa === true && !person.hasMfa;
  return { ...claimsOf(person.id, membership), ...round, ...(mustEnrol && { must_enrol: 'true' }) };
};
