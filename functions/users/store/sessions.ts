import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Item, Key, Table } from '#shared/table.ts';
import { Session } from '../domain/session.ts';

export interface SessionStore {
  begin(session: New<Session>, author: Author): Promise<Session>;
  /** Also finds ended sessions, until they are deleted. */
  find(subject: string, sessionId: string): Promise<Session | undefined>;
  /** Returns all sessions of a person, oldest first; including ended ones, until they are deleted. */
  listOf(subject: string): Promise<Session[]>;
  /** Deletes sessions that have ended. */
  forget(sessions: readonly Session[]): Promise<void>;
  /** Saves the next version. @throws DomainError `changed_meanwhile` */
  save(session: Session, author: Author): Promise<Session>;
}

/**
 * In the person's partition, so that all sessions can be read consistently: signing out everywhere must not miss one.
 */
const sessionKey = (subject: string, id: string): Key => ({ pk: `PERSON#${subject}`, sk: `SESSION#${id}` });

const sessionItem = (session: Session): Item & Key => ({
  ...session,
  ...sessionKey(session.subject, session.id),
  type: 'session',
});

export const sessionStore = (table: Table): SessionStore => {
  const save = entityWriter(table, sessionItem);
  return {
    begin: (session, author) => save(firstVersion(session, table.now(), author), author),
    async find(subject, sessionId) {
      const item = await table.get(sessionKey(subject, sessionId));
      return item && entityOf(Session, item);
    },
    async listOf(subject) {
      const items = await table.queryAll({
        KeyConditionExpression: 'pk = :person AND begins_with(sk, :session)',
        ExpressionAttributeValues: { ':person': `PERSON#${subject}`, ':session': 'SESSION#' },
        ConsistentRead: true,
      });
      return items.map((item) => entityOf(Session, item));
    },
    async forget(sessions) {
      await Promise.all(sessions.map(({ subject, id }) => table.delete(sessionKey(subject, id))));
    },
    save,
  };
};
