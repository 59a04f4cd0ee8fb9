import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion } from '#shared/entities.ts';
import { newId } from '#shared/ids.ts';
import type { Page } from '#shared/page.ts';
import type { Item, Key, PageRequest, Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { Mail, type MailStatus } from '../domain/mail.ts';
import { allowanceOf, mailboxRule, MailsOfADay, noMails, type Wish, withOneMore } from '../domain/mail-allowance.ts';
import { mailboxOf } from '../domain/mailbox.ts';
import { addressDigest, addressKeys } from './addresses.ts';

/** Mails are kept this long, so that their outcome can be looked up. */
const keptSeconds = 30 * daySeconds;

/** A mail as requested. */
type Wanted = Pick<Mail, 'workspaceId' | 'to' | 'kind' | 'data' | 'notAfter' | 'opens'> & {
  /** The same for the same mail where it may be asked for twice; a new one otherwise. */
  id?: string;
};

type WishTo = Pick<Wanted, 'to'> & Wish;

export interface MailStore {
  /**
   * Writes a mail; the subscriber to that event sends it. A failing mail fails nothing else. A mail beyond the limit of
   * its address is written as `suppressed`, without its words. `isAllowed` is for a mail that `allow` has already
   * counted.
   */
  queue(mail: Wanted, author: Author, isAllowed?: boolean): Promise<Mail>;
  /** Counts one more mail to an address; false when it gets no further one now. For what changes only with its mail. */
  allow(mail: WishTo): Promise<boolean>;
  /**
   * The same for one that is only counted where it is held back: `more` of its kind were, before one that goes out. Held
   * back, none is written down.
   */
  allowAlert(mail: WishTo): Promise<{ isAllowed: boolean; more: number }>;
  /**
   * Counts a code for a sign-up. Its address has codes of its own, and a share of those for all the addresses of its mail
   * box, which is taken by what is mailed alone; whatever is mailed, as much is written.
   */
  allowSignUp(mail: WishTo, isMailed: boolean): Promise<boolean>;
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

/** The number of held-back mails is reported with the next mail, if that comes within a week. */
const heldSeconds = 7 * daySeconds;

/** The address is kept as a digest, for a day, or for as long as something was held back. */
const allowanceKey = (to: string, name: string): Key => ({ pk: `MAILED#${addressDigest(to)}`, sk: name });

/** Maximum number of tries of a count that loses to concurrent ones of the same address. */
const maxAttempts = 10;

export const mailStore = (table: Table): MailStore => {
  const save = entityWriter(table, mailItem);
  /** Counts a mail against an allowance. Contention that exhausts every retry is not legitimate use. */
  const count = async (key: Key, decide: (standing: MailsOfADay) => ReturnType<typeof withOneMore>) => {
    for (let tries = 1; tries <= maxAttempts; tries += 1) {
      const item = await table.get(key);
      const standing = item ? MailsOfADay.parse(item) : noMails;
      const { next, isAllowed, more } = decide(standing);
      if (!next) return { isAllowed, more };
      const written = await table.put(
        { ...next, ...key, ttl: timeToLive(table.now(), next.held > 0 ? heldSeconds : daySeconds) },
        {
          ConditionExpression: 'attribute_not_exists(pk) OR revision = :read OR #ttl <= :now',
          ExpressionAttributeNames: { '#ttl': 'ttl' },
          ExpressionAttributeValues: { ':read': standing.revision, ':now': timeToLive(table.now(), 0) },
        },
      );
      if (written) return { isAllowed, more };
    }
    return { isAllowed: false, more: 0 };
  };
  const allowAlert: MailStore['allowAlert'] = ({ to, ...wish }) => {
    const { name, isOfMailbox } = allowanceOf(wish);
    const key = allowanceKey(isOfMailbox ? mailboxOf(to) : to, name);
    return count(key, (standing) => withOneMore(standing, wish, table.now()));
  };
  const allow: MailStore['allow'] = async (mail) => (await allowAlert(mail)).isAllowed;
  return {
    allow,
    allowAlert,
    async allowSignUp({ to, ...wish }, isMailed) {
      if (!(await allow({ to, ...wish }))) return false;
      const key = allowanceKey(mailboxOf(to), isMailed ? 'mailbox' : 'nobody');
      const { isAllowed } = await count(key, (standing) => withOneMore(standing, wish, table.now(), mailboxRule));
      return isAllowed;
    },
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
