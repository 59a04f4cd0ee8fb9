import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Item, Key, Table } from '#shared/table.ts';
import { Session } from '../domain/session.ts';

export interface SessionStore {
  begin(session: New<Session>, author: Author): Promise<Session>;
  /** Ended ones too, until they are forgotten. */
  find(subject: string, sessionId: string): Promise<Session | undefined>;
  /** Every session of a person, the oldest first; ended ones too, as far as they are not forgotten. */
  listOf(subject: string): Promise<Session[]>;
  /** Deletes sessions that have ended. */
  forget(sessions: readonly Session[]): Promise<void>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` if it was written since the read. */
  save(session: Session, author: Author): Promise<Session>;
}

/** Stored beside the person for a consistent read of all of them: signing out everywhere means every session. */
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
