import { notFound } from '#shared/errors.ts';
import { type Caller, type Route, route } from '#shared/http/route.ts';
import { personOf } from '../current-person.ts';
import type { Deps } from '../deps.ts';
import { type Session, stands } from '../domain/session.ts';
import * as contract from './contract.ts';
import { endSession } from './session.ts';

/** Routes of a person's sessions. */
export const sessionRoutes = (deps: Deps): Route[] => {
  /** @throws DomainError `session_not_found`, also for another person's session. */
  const ownSession = async (caller: Caller, sessionId: string) => {
    const person = await personOf(deps, caller);
    const session = await deps.sessions.find(person.subject, sessionId);
    if (!session) throw notFound('session', 'You have no such session.');
    return { session, isOpen: stands(session, person) };
  };
  return [
    route(contract.listSessions, async ({ caller }) => {
      const person = await personOf(deps, caller);
      const open = (await deps.sessions.listOf(person.subject)).filter((each) => stands(each, person));
      const latest = open.sort((one, other) => Date.parse(other.lastUsedAt) - Date.parse(one.lastUsedAt));
      return { items: latest.slice(0, contract.maxListed).map((session) => view(session, caller)) };
    }),
    route(contract.getSession, async ({ path, caller }) => {
      const { session, isOpen } = await ownSession(caller, path.sessionId);
      if (!isOpen) throw notFound('session', 'You have no such session.');
      return view(session, caller);
    }),
    route(contract.revokeSession, async ({ path, caller }) => {
      const { session } = await ownSession(caller, path.sessionId);
      if (session.endedAt === null) await endSession(deps, session, 'revoked', caller);
      return undefined;
    }),
  ];
};

const view = (session: Session, { signInId }: Caller) => ({
  ...session,
  isCurrent: signInId !== undefined && session.signInId === signInId,
});
