import type { Author } from '../../../shared/actor.ts';
import {
  entityOf,
  entityWriter,
  firstVersion,
  type Item,
  type Key,
  type PageRequest,
  type Table,
} from '../../../shared/dynamo.ts';
import type { Page } from '../../../shared/http/page.ts';
import { newId } from '../../../shared/ids.ts';
import { timeToLive } from '../../../shared/time.ts';
import { MailsOfADay, countsAs, withOneMore } from '../domain/mail-allowance.ts';
import { Mail, type MailKind, type MailStatus } from '../domain/mail.ts';
import { addressDigest, addressKeys } from './addresses.ts';

/** A mail is kept this long, for whoever asks what became of it. */
const daySeconds = 24 * 60 * 60;
const keptSeconds = 30 * daySeconds;

/** A mail as it is asked for. */
type Wanted = Pick<Mail, 'workspaceId' | 'to' | 'kind' | 'data'>;

export interface MailStore {
  /**
   * Writes a mail down; it is sent by whoever hears of that. A mail that fails fails nothing but itself. One more than
   * its address is to get is written down as `suppressed`, without its words; `isAllowed` for one that `allow` has
   * counted already.
   */
  queue(mail: Wanted, author: Author, isAllowed?: boolean): Promise<Mail>;
  /** Counts one more mail to an address; false when it gets no further one now. For what changes only with its mail. */
  allow(mail: Pick<Wanted, 'workspaceId' | 'to' | 'kind'>): Promise<boolean>;
  find(workspaceId: string, mailId: string): Promise<Mail | undefined>;
  save(mail: Mail, author: Author): Promise<Mail>;
  /** Newest first. */
  list(workspaceId: string, status: MailStatus | undefined, page: PageRequest): Promise<Page<Mail>>;
}

const mailKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `MAIL#${id}` });

const mailItem = (mail: Mail): Item & Key => ({
  ...mail,
  ...mailKey(mail.workspaceId, mail.id),
  ...addressKeys(mail.to, mail.workspaceId, mail.id),
  type: 'mail',
});

/** The address is kept as a digest, for a day. */
const allowanceKey = (to: string, kind: MailKind): Key => ({ pk: `MAILED#${addressDigest(to)}`, sk: countsAs(kind) });

/** How often a count that lost against another one of the same address looks again. */
const mostTries = 10;

export const mailStore = (table: Table): MailStore => {
  const save = entityWriter(table, mailItem);
  const allow: MailStore['allow'] = async ({ to, kind, workspaceId }) => {
    const key = allowanceKey(to, kind);
    for (let tries = 1; tries <= mostTries; tries += 1) {
      const item = await table.get(key);
      const standing = item ? MailsOfADay.parse(item) : { sent: [], revision: 0 };
      const next = withOneMore(standing, { kind, workspaceId }, table.now());
      if (!next) return false;
      const written = await table.put(
        { ...next, ...key, ttl: timeToLive(table.now(), daySeconds) },
        {
          ConditionExpression: 'attribute_not_exists(pk) OR revision = :read OR #ttl <= :now',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':read': standing.revision, ':now': timeToLive(table.now(), 0) },
        },
      );
      if (written) return true;
    }
    // So many at once are no honest wish.
    return false;
  };
  return {
    allow,
    async queue(mail, author, isAllowed) {
      const isWanted = isAllowed ?? (await allow(mail));
      const now = table.now();
      const fate = isWanted
        ? { status: 'waiting' as const, suppressedFor: null }
        : { status: 'suppressed' as const, suppressedFor: 'recipient_limit' as const, data: {} };
      const ttl = timeToLive(now, keptSeconds);
      return save(firstVersion({ id: newId('mal', now), ...mail, ...fate, ttl }, now, author), author);
    },
    async find(workspaceId, mailId) {
      const item = await table.get(mailKey(workspaceId, mailId));
      return item && entityOf(Mail, item);
    },
    save,
    list: (workspaceId, status, page) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :mail)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':mail': 'MAIL#' },
          ScanIndexForward: false,
        },
        page,
        (item) => {
          const mail = entityOf(Mail, item);
          return status === undefined || mail.status === status ? mail : undefined;
        },
      ),
  };
};
