import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { type Person, personAuthor } from '../domain/person.ts';
import { noWorkspace } from '../domain/sign-in-errors.ts';
import { newOwner, newWorkspace } from '../domain/workspace.ts';
import { type Tokens, workspaceIdOf } from '../ports/tokens.ts';

/** Tokens that open a workspace, and which one. */
interface Opening {
  tokens: Tokens;
  workspaceId: string;
}

/**
 * The tokens of someone who has a workspace to work in. Someone who lost theirs continues in another of their
 * workspaces or in a new one, so that they can export their data, have it erased, or start over.
 * @throws DomainError `no_workspace` for somebody who is being erased
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
  // Shut out of that one as well, within the same moment.
  if (opened === undefined) throw noWorkspace();
  return { tokens: renewed, workspaceId: opened };
};

/** Two sign-ins at once make one workspace: the one that comes second finds the person in another place already. */
const moveOn = async ({ people, workspaces, now }: Deps, person: Person, correlationId: string): Promise<void> => {
  const author = personAuthor(person.id, correlationId);
  const places = await people.membershipsOf(person.id);
  // Another sign-in at the same moment has found them a place already.
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
