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
import { addressKeys } from './addresses.ts';
import { Mail, type MailStatus } from '../domain/mail.ts';

/** A mail is kept this long, for whoever asks what became of it. */
const keptSeconds = 30 * 24 * 60 * 60;

export interface MailStore {
  /** Writes a mail down; it is sent by whoever hears of that. A mail that fails fails nothing but itself. */
  queue(mail: Pick<Mail, 'workspaceId' | 'to' | 'kind' | 'data'>, author: Author): Promise<Mail>;
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

export const mailStore = (table: Table): MailStore => {
  const save = entityWriter(table, mailItem);
  return {
    queue: (mail, author) => {
      const now = table.now();
      const ttl = timeToLive(now, keptSeconds);
      return save(firstVersion({ id: newId('mal', now), ...mail, status: 'waiting', ttl }, now, author), author);
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
