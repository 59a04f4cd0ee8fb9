import type { Author } from '#shared/actor.ts';
import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import { AttemptKind } from '../domain/attempts.ts';
import { type ErasureReport, othersThan } from '../domain/erasure.ts';
import { withStatus } from '../domain/member.ts';
import type { Person } from '../domain/person.ts';
import { type Membership, scheduleDeletion } from '../domain/workspace.ts';
import { endSignIns } from '../sessions/session.ts';

interface Whom {
  workspaceId: string;
  personId: string;
}

/** Workspaces to leave in one step; each takes a few transactions. */
const placesAtATime = 10;

/** Returns a person whose erasure was requested; found even through the record of a removed member. */
const wanted = async ({ members, people }: Deps, { workspaceId, personId }: Whom): Promise<Person | undefined> => {
  const record = await members.record(workspaceId, personId);
  const person = record && (await people.find(record.subject));
  return person?.erasure && person;
};

/**
 * Removes a person who is being erased from their workspaces, a batch at a time. The erasure is cancelled if a
 * workspace would be left with members but no owner, because another owner has left in the meantime: the person can
 * then sign in again to the workspaces they are still in, and transfer ownership.
 */
export const leaveWorkspaces = async (deps: Deps, whom: Whom, author: Author) => {
  const person = await wanted(deps, whom);
  if (!person?.erasure) return { outcome: 'gone' as const, workspaceIds: [] };
  const { workspaceIds } = person.erasure;
  const told = (await deps.people.membershipsOf(person.id)).map(({ workspaceId }) => workspaceId);
  // The index may be stale, so each membership is read from the table.
  const places = (
    await Promise.all(
      [...new Set([...workspaceIds, ...told])].map(
        async (id) => (await deps.people.findMembership(id, person.id)) ?? [],
      ),
    )
  ).flat();
  try {
    for (const place of places.slice(0, placesAtATime)) await leave(deps, place, author);
  } catch (error) {
    if (!(error instanceof DomainError && error.code === 'last_owner')) throw error;
    const { erasure: _, ...stays } = person;
    await deps.erasures.save(stays, author);
    return { outcome: 'called_off' as const, workspaceIds: [] };
  }
  return { outcome: places.length > 0 ? ('more' as const) : ('left' as const), workspaceIds };
};

/**
 * Removes a member. A workspace without other members is deleted after its usual grace period. @throws DomainError
 * `last_owner`
 */
const leave = async (deps: Deps, member: Membership, author: Author): Promise<void> => {
  const { people, members, now, deletionGraceDays } = deps;
  const { workspaceId, personId } = member;
  if (othersThan(personId, await members.all(workspaceId)).length > 0) {
    await members.change(member, withStatus(member, 'removed'), author);
    return;
  }
  const workspace = await people.findWorkspace(workspaceId);
  const scheduled = workspace && scheduleDeletion(workspace, deletionGraceDays, now());
  if (scheduled) await people.saveWorkspace(scheduled, author);
  await members.erase(member, author);
};

/**
 * Erases a person who has left all workspaces: sessions, the user at the identity provider, everything sent to their
 * address, and finally their record, which a tombstone replaces. `connections`: how many items another context erased.
 */
export const erasePerson = async (deps: Deps, whom: Whom & { connections: number }, author: Author) => {
  const person = await wanted(deps, whom);
  if (!person?.erasure) return { outcome: 'gone' as const };
  const { id, subject, email, erasure } = person;
  const ended = await endSignIns(deps, subject, { why: 'everywhere' }, author.correlationId);
  if (!ended) return { outcome: 'gone' as const };
  // Also invalidates the refresh tokens.
  await deps.directory.deleteUser(subject);
  for (const kind of AttemptKind.options) await deps.attempts.forget({ by: 'address', kind, email });
  for (const purpose of ['sign_up', 'password_reset'] as const) await deps.codes.endAll(purpose, email);
  const erasures = deps.erasures;
  const sessions = await erasures.eraseBeside(subject);
  const papers = await erasures.eraseAddress(email);
  let networks = 0;
  for (const workspaceId of erasure.workspaceIds) networks += await erasures.eraseNetworks(workspaceId, id);
  const report: ErasureReport = {
    workspaces: erasure.workspaceIds.length,
    sessions,
    papers,
    networks,
    connections: whom.connections,
  };
  await erasures.writeTombstone(ended, report, author);
  return { outcome: 'erased' as const, report };
};
