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

/** How long emails are kept so that their outcome can be looked up. */
const keptSeconds = 30 * daySeconds;

/** An email to write. */
type Wanted = Pick<Mail, 'workspaceId' | 'to' | 'kind' | 'data' | 'notAfter' | 'opens'> & {
  /** Deterministic if the same email can be requested twice; generated if omitted. */
  id?: string;
};

type WishTo = Pick<Wanted, 'to'> & Wish;

export interface MailStore {
  /**
   * Writes an email; its event triggers sending, so a failure to send affects nothing else. An email over the limit of
   * its address is written as `suppressed`, without its content. `isAllowed`: result of `allow`, if already counted.
   */
  queue(mail: Wanted, author: Author, isAllowed?: boolean): Promise<Mail>;
  /** Counts an email to an address; false if the limit is reached. For what may only change along with its email. */
  allow(mail: WishTo): Promise<boolean>;
  /**
   * Like `allow`, and for a security alert also counts those held back, which are not written: `more` is their number
   * before an allowed one.
   */
  allowAlert(mail: WishTo): Promise<{ isAllowed: boolean; more: number }>;
  /**
   * Counts a sign-up code against the limit of its address and against that of all addresses of its mailbox. Only
   * emailed codes use up the latter, but the number of writes is always the same.
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

/** How long the number of held-back emails is kept for the next one. */
const heldSeconds = 7 * daySeconds;

/** The address is stored as a digest, for a day, or longer if something was held back. */
const allowanceKey = (to: string, name: string): Key => ({ pk: `MAILED#${addressDigest(to)}`, sk: name });

/** Most attempts to save a count that is written concurrently. */
const maxAttempts = 10;

export const mailStore = (table: Table): MailStore => {
  const save = entityWriter(table, mailItem);
  /** Counts an email against an allowance. Legitimate use does not exhaust all retries. */
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
