import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { type Person, personAuthor } from '../domain/person.ts';
import { noWorkspace } from '../domain/sign-in-errors.ts';
import { newOwner, newWorkspace } from '../domain/workspace.ts';
import { type Tokens, workspaceIdOf } from '../ports/tokens.ts';

/** Tokens that give access to a workspace, and its id. */
interface Opening {
  tokens: Tokens;
  workspaceId: string;
}

/**
 * Returns tokens for a workspace. Someone who lost their current one moves on to another of their workspaces, or to a
 * new one, so that they can export or erase their data, or start over.
 * @throws DomainError `no_workspace` for someone who is being erased
 */
export const withWorkplace = async (
  deps: Deps,
  subject: string,
  tokens: Tokens,
  correlationId: string,
): Promise<Opening> => {
  const workspaceId = workspaceIdOf(tokens);
  if (workspaceId !== undefined) return { tokens, workspaceId };
  const person = await deps.people.find(subject);
  if (!person || person.erasure) throw noWorkspace();
  await moveOn(deps, person, correlationId);
  const renewed = await deps.identities.refresh(tokens.refreshToken);
  const opened = workspaceIdOf(renewed);
  // They lost access to that workspace at the same moment.
  if (opened === undefined) throw noWorkspace();
  return { tokens: renewed, workspaceId: opened };
};

/** Concurrent sign-ins create only one workspace: the second finds that the person's current workspace has changed. */
const moveOn = async ({ people, workspaces, now }: Deps, person: Person, correlationId: string): Promise<void> => {
  const author = personAuthor(person.id, correlationId);
  const places = await people.membershipsOf(person.id);
  // A concurrent sign-in has already assigned a workspace.
  if (places.some(({ workspaceId, status }) => status === 'active' && workspaceId === person.workspaceId)) return;
  const other = places.find(({ workspaceId, status }) => status === 'active' && workspaceId !== person.workspaceId);
  if (other && (await workspaces.switchTo(other, author))) return;
  const workspaceId = newId('wsp', now());
  await workspaces.createFor(
    person,
    newWorkspace(workspaceId, person.name),
    newOwner(workspaceId, person, 'own_workspace'),
    author,
  );
};
