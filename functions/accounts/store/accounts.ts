import * as z from 'zod';
import type { DisconnectReason } from '#events/accounts.ts';
import { systemAuthor, type Author } from '#shared/actor.ts';
import {
  entityOf,
  entityWriter,
  firstVersion,
  isNew,
  nextVersion,
  stillAt,
  type Condition,
  type Item,
  type Key,
  type PageRequest,
  type Table,
  type TransactWrite,
} from '#shared/dynamo.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { AccountId, WorkspaceId } from '#shared/ids.ts';
import { Instant, timeToLive } from '#shared/time.ts';
import { Account, disconnect } from '../domain/account.ts';
import { Connection, consentSeconds } from '../domain/connection.ts';
import { Publication } from '../domain/publication.ts';
import { ScarceLimit } from '../domain/x-failure.ts';
import { keyVersionOf } from '../ports/vault.ts';

/** An account's tokens as they lie in the table. */
export const StoredTokens = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  /** Counts the writes: the lock of the refresh. */
  version: z.int().min(0),
  /** Both tokens, sealed by the vault. */
  sealed: z.string(),
  /** When the access token ends. */
  expiresAt: Instant,
  /** Until when somebody may be refreshing them; null when nobody is. */
  refreshingUntil: Instant.nullable(),
  /** When X refused the refresh token for good: nobody tries it again. */
  refusedAt: Instant.optional(),
});
export type StoredTokens = z.infer<typeof StoredTokens>;

/** A media file as X has it for one account. */
export const Upload = z.object({
  workspaceId: WorkspaceId,
  accountId: AccountId,
  mediaId: z.string(),
  xMediaId: z.string(),
  state: z.enum(['uploading', 'processing', 'ready']),
  /** Counts the writes; each is made on condition that nobody wrote since it was read. */
  version: z.int().min(0).default(0),
  /** Segments before this one are at X; what became of this one and later ones is known only of a rest, below. */
  nextSegment: z.int().min(0).default(0),
  /**
   * Until when an invocation may be sending segments; null when the last one came to rest. One that is over without
   * rest was cut: nobody knows which segments X has.
   */
  heldUntil: Instant.nullable().default(null),
  /** SHA-256 of what is said about the file: alt text and subtitles. Said otherwise, it is uploaded anew. */
  said: z.string().default(''),
  /** When X forgets the file. */
  expiresAt: Instant,
});
export type Upload = z.infer<typeof Upload>;

export interface AccountStore {
  /** @throws DomainError `account_not_found`. */
  get(workspaceId: string, accountId: string): Promise<Account>;
  find(workspaceId: string, accountId: string): Promise<Account | undefined>;
  list(workspaceId: string, page: PageRequest): Promise<Page<Account>>;
  /** The workspace's account of an X user, connected or not. */
  ofXUser(workspaceId: string, xUserId: string): Promise<Account | undefined>;
  save(account: Account, author: Author): Promise<Account>;
  /** The account that has an X user now, of whichever workspace: an X user is connected in one alone. */
  holderOf(xUserId: string): Promise<{ workspaceId: string; accountId: string } | undefined>;
  /**
   * Writes a connected account with its tokens, and takes the X user for its workspace. `from` is the account of another
   * workspace that loses the X user: it is disconnected by the same write, or nothing is written. Undefined when somebody
   * wrote meanwhile, or another workspace has the X user.
   */
  connect(
    account: New<Account> | Account,
    tokens: Omit<StoredTokens, 'version'>,
    author: Author,
    from?: Account,
  ): Promise<Account | undefined>;
  /** Counts a call that X has not answered, beside the versions; how many there are in a row now. */
  countFailure(workspaceId: string, accountId: string): Promise<number>;
  /** Writes down, beside the versions, that X is asked about the account now; undefined when it is not connected. */
  beginProbe(workspaceId: string, accountId: string): Promise<Account | undefined>;
  /** Connected accounts of a shard, of all workspaces, that X was last asked about before an instant (UTC). */
  dueProbes(shard: number, before: string, limit: number): Promise<{ workspaceId: string; accountId: string }[]>;
  /** Writes the account as disconnected, erases its tokens and frees the X user; undefined as above. */
  disconnect(account: Account, author: Author): Promise<Account | undefined>;
}

export interface TokenStore {
  find(workspaceId: string, accountId: string): Promise<StoredTokens | undefined>;
  /** Writes the next version, on condition that nobody wrote since they were read; undefined when somebody did. */
  save(tokens: StoredTokens): Promise<StoredTokens | undefined>;
  /** Tokens that a key of the vault has sealed, a page at a time; `after` is `next` of the page before, null at first. */
  underKey(
    keyVersion: string,
    after: string | null,
    limit: number,
  ): Promise<{ tokens: StoredTokens[]; next: string | null }>;
}

export interface ConnectionStore {
  begin(connection: Connection): Promise<void>;
  /** Uses a connection up. Undefined when there is none of this person in this workspace, used or over. */
  use(workspaceId: string, personId: string, stateHash: string): Promise<Connection | undefined>;
}

export interface PublicationStore {
  find(workspaceId: string, postId: string, part: number): Promise<Publication | undefined>;
  /** Writes the next version, on condition that nobody wrote since it was read; undefined when somebody did. */
  save(publication: Publication): Promise<Publication | undefined>;
  /** As `save`, for one whose X post was found there: it becomes this part's alone; undefined when it is another's. */
  adopt(publication: Publication, xPostId: string): Promise<Publication | undefined>;
  /** Whether an X post is some part's already. Reads the workspace's publications: only a search on X asks. */
  isTaken(workspaceId: string, xPostId: string): Promise<boolean>;
}

export interface UploadStore {
  find(workspaceId: string, accountId: string, mediaId: string): Promise<Upload | undefined>;
  /** Writes the next version, on condition that nobody wrote since it was read; undefined when somebody did. */
  save(upload: Upload): Promise<Upload | undefined>;
}

/** What X's headers say of limits that are used up, or nearly, per account and endpoint. */
export interface LimitStore {
  /** Undefined while enough is left, or nothing is known. */
  find(workspaceId: string, accountId: string, endpoint: string): Promise<ScarceLimit | undefined>;
  save(workspaceId: string, accountId: string, endpoint: string, limit: ScarceLimit): Promise<void>;
}

/** So many partitions list the accounts of all workspaces by when they are to be probed. */
export const probeShards = 8;

const accountKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `ACCOUNT#${id}` });
const tokensKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `TOKENS#${id}` });
/** Which account of the workspace an X user is; it stays when the account is disconnected. */
const knownKey = (workspaceId: string, xUserId: string): Key => ({ pk: workspaceId, sk: `XUSER#${xUserId}` });
/** Which workspace has an X user now: the one item that belongs to no workspace. */
const takenKey = (xUserId: string): Key => ({ pk: `XUSER#${xUserId}`, sk: 'XUSER' });

const Holder = z.object({ workspaceId: WorkspaceId, accountId: AccountId });

const shardOf = (accountId: string): number => (accountId.codePointAt(accountId.length - 1) ?? 0) % probeShards;

/** A connected account is found by when X was last asked about it. */
const probeKeys = ({ workspaceId, id, probedAt }: Pick<Account, 'workspaceId' | 'id' | 'probedAt'>) => ({
  byProbePk: `PROBE#${shardOf(id)}`,
  byProbeSk: `${probedAt}#${workspaceId}#${id}`,
});

const accountItem = (account: Account): Item & Key => ({
  ...account,
  ...accountKey(account.workspaceId, account.id),
  type: 'account',
  ...(account.status === 'connected' && probeKeys(account)),
});

/** Listed by the key that sealed them: the list under an older key empties as they are sealed anew. */
const tokensItem = (tokens: StoredTokens): Item & Key => ({
  ...tokens,
  ...tokensKey(tokens.workspaceId, tokens.accountId),
  type: 'tokens',
  byKeyPk: `KEY#${keyVersionOf(tokens.sealed) ?? 'unknown'}`,
  byKeySk: `${tokens.workspaceId}#${tokens.accountId}`,
});

const isSaved = (account: New<Account> | Account): account is Account => 'version' in account;

export const accountStore = (table: Table): AccountStore => {
  const find = async (workspaceId: string, accountId: string): Promise<Account | undefined> => {
    const item = await table.get(accountKey(workspaceId, accountId));
    return item && entityOf(Account, item);
  };
  /** An account without its tokens, on condition that nobody wrote it, or connected it again, since it was read. */
  const disconnected = (account: Account, reason: DisconnectReason, author: Author) => {
    const next = nextVersion(disconnect(account, reason, table.now()), table.now(), author);
    const writes: TransactWrite[] = [
      { put: accountItem(next), condition: stillAt(account.version) },
      { delete: tokensKey(account.workspaceId, account.id) },
    ];
    return { next, writes };
  };
  return {
    find,
    async get(workspaceId, accountId) {
      const account = await find(workspaceId, accountId);
      if (!account) throw notFound('account');
      return account;
    },
    list: (workspaceId, page) =>
      table.queryPage(
        {
          KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :accounts)',
          ExpressionAttributeValues: { ':workspace': workspaceId, ':accounts': 'ACCOUNT#' },
        },
        page,
        (item) => entityOf(Account, item),
      ),
    async ofXUser(workspaceId, xUserId) {
      const known = await table.get(knownKey(workspaceId, xUserId));
      return known && find(workspaceId, z.string().parse(known.accountId));
    },
    save: entityWriter(table, accountItem),
    async holderOf(xUserId) {
      const taken = await table.get(takenKey(xUserId));
      return taken && Holder.parse(taken);
    },
    async connect(account, tokens, author, from) {
      const { workspaceId, id: accountId, xUserId } = account;
      const read = isSaved(account) ? account : firstVersion(account, table.now(), author);
      const next = nextVersion(read, table.now(), author);
      const before = await table.get(tokensKey(workspaceId, accountId));
      const tokensVersion = before ? StoredTokens.parse(before).version : 0;
      const written = await table.transact([
        { put: accountItem(next), condition: stillAt(read.version) },
        { put: tokensItem({ ...tokens, version: tokensVersion + 1 }), condition: stillAt(tokensVersion) },
        {
          put: { ...knownKey(workspaceId, xUserId), type: 'known_x_user', workspaceId, accountId },
          condition: {
            ConditionExpression: 'attribute_not_exists(pk) OR accountId = :accountId',
            ExpressionAttributeValues: { ':accountId': accountId },
          },
        },
        {
          put: { ...takenKey(xUserId), type: 'taken_x_user', workspaceId, accountId },
          condition: from
            ? {
                ConditionExpression: 'workspaceId = :workspaceId AND accountId = :accountId',
                ExpressionAttributeValues: { ':workspaceId': from.workspaceId, ':accountId': from.id },
              }
            : {
                ConditionExpression: 'attribute_not_exists(pk) OR workspaceId = :workspaceId',
                ExpressionAttributeValues: { ':workspaceId': workspaceId },
              },
        },
        // Whose consent it is stays untold there: the platform is the author.
        ...(from
          ? disconnected(from, 'connected_elsewhere', systemAuthor('accounts', author.correlationId)).writes
          : []),
      ]);
      return written ? next : undefined;
    },
    async countFailure(workspaceId, accountId) {
      const counted = await table.update(accountKey(workspaceId, accountId), {
        UpdateExpression: 'ADD failuresInARow :one',
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeValues: { ':one': 1 },
      });
      return counted ? entityOf(Account, counted).failuresInARow : 0;
    },
    async beginProbe(workspaceId, accountId) {
      const probedAt = table.now().toISOString();
      const { byProbePk, byProbeSk } = probeKeys({ workspaceId, id: accountId, probedAt });
      const begun = await table.update(accountKey(workspaceId, accountId), {
        UpdateExpression: 'SET probedAt = :now, byProbePk = :shard, byProbeSk = :place',
        ConditionExpression: '#status = :connected',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: {
          ':now': probedAt,
          ':shard': byProbePk,
          ':place': byProbeSk,
          ':connected': 'connected',
        },
      });
      return begun && entityOf(Account, begun);
    },
    async dueProbes(shard, before, limit) {
      const query = {
        IndexName: 'byProbe',
        KeyConditionExpression: 'byProbePk = :shard AND byProbeSk < :before',
        ExpressionAttributeValues: { ':shard': `PROBE#${shard}`, ':before': before },
        keysOnly: true as const,
      };
      const due = await table.queryFirst(query, limit);
      return due.map((item) => entityOf(Account, item)).map(({ workspaceId, id }) => ({ workspaceId, accountId: id }));
    },
    async disconnect(account, author) {
      const { next, writes } = disconnected(account, 'requested', author);
      const written = await table.transact([...writes, { delete: takenKey(account.xUserId) }]);
      return written ? next : undefined;
    },
  };
};

export const tokenStore = (table: Table): TokenStore => ({
  async find(workspaceId, accountId) {
    const item = await table.get(tokensKey(workspaceId, accountId));
    return item && StoredTokens.parse(item);
  },
  async save(tokens) {
    const next = { ...tokens, version: tokens.version + 1 };
    return (await table.put(tokensItem(next), stillAt(tokens.version))) ? next : undefined;
  },
  async underKey(keyVersion, after, limit) {
    const query = {
      IndexName: 'byKey',
      KeyConditionExpression: 'byKeyPk = :key AND byKeySk > :after',
      ExpressionAttributeValues: { ':key': `KEY#${keyVersion}`, ':after': after ?? ' ' },
      keysOnly: true as const,
    };
    const items = await table.queryFirst(query, limit);
    const last = items.at(-1);
    return {
      // The index may be behind: what was sealed anew meanwhile is left out.
      tokens: items.map((item) => StoredTokens.parse(item)).filter(({ sealed }) => keyVersionOf(sealed) === keyVersion),
      next: last ? z.string().parse(last.byKeySk) : null,
    };
  },
});

const connectionKey = (workspaceId: string, stateHash: string): Key => ({
  pk: workspaceId,
  sk: `CONNECTION#${stateHash}`,
});

export const connectionStore = (table: Table): ConnectionStore => ({
  async begin(connection) {
    const key = connectionKey(connection.workspaceId, connection.stateHash);
    const ttl = timeToLive(table.now(), consentSeconds);
    await table.put({ ...connection, ...key, type: 'connection', ttl }, isNew);
  },
  async use(workspaceId, personId, stateHash) {
    const used = await table.update(connectionKey(workspaceId, stateHash), {
      UpdateExpression: 'SET usedAt = :now',
      // A missing item has no person: the condition refuses it too.
      ConditionExpression: 'personId = :person AND expiresAt > :now AND attribute_not_exists(usedAt)',
      ExpressionAttributeValues: { ':person': personId, ':now': table.now().toISOString() },
    });
    return used && Connection.parse(used);
  },
});

const publicationKey = ({ workspaceId, postId, part }: Pick<Publication, 'workspaceId' | 'postId' | 'part'>): Key => ({
  pk: workspaceId,
  sk: `PUBLICATION#${postId}#${part}`,
});
const xPostKey = (workspaceId: string, xPostId: string): Key => ({ pk: workspaceId, sk: `XPOST#${xPostId}` });

export const publicationStore = (table: Table): PublicationStore => {
  const item = (publication: Publication) => ({
    ...publication,
    ...publicationKey(publication),
    type: 'publication',
  });
  return {
    async find(workspaceId, postId, part) {
      const found = await table.get(publicationKey({ workspaceId, postId, part }));
      return found && Publication.parse(found);
    },
    async save(publication) {
      const next = { ...publication, version: publication.version + 1 };
      return (await table.put(item(next), stillAt(publication.version))) ? next : undefined;
    },
    async adopt(publication, xPostId) {
      const { workspaceId, postId, part } = publication;
      const next = { ...publication, version: publication.version + 1 };
      const written = await table.transact([
        { put: item(next), condition: stillAt(publication.version) },
        { put: { ...xPostKey(workspaceId, xPostId), type: 'x_post', workspaceId, postId, part }, condition: isNew },
      ]);
      return written ? next : undefined;
    },
    async isTaken(workspaceId, xPostId) {
      if (await table.get(xPostKey(workspaceId, xPostId))) return true;
      const [owner] = await table.queryAll({
        KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :publications)',
        FilterExpression: 'published.xPostId = :xPostId',
        ExpressionAttributeValues: { ':workspace': workspaceId, ':publications': 'PUBLICATION#', ':xPostId': xPostId },
        ConsistentRead: true,
      });
      return owner !== undefined;
    },
  };
};

const uploadKey = (workspaceId: string, accountId: string, mediaId: string): Key => ({
  pk: workspaceId,
  sk: `UPLOAD#${accountId}#${mediaId}`,
});

/** Uploads were not counted once: such an item is at version 0, as one that is not there. */
const stillAtUpload = (version: number): Condition =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(#version)', ExpressionAttributeNames: { '#version': 'version' } }
    : stillAt(version);

export const uploadStore = (table: Table): UploadStore => ({
  async find(workspaceId, accountId, mediaId) {
    const item = await table.get(uploadKey(workspaceId, accountId, mediaId));
    return item && Upload.parse(item);
  },
  async save(upload) {
    const { workspaceId, accountId, mediaId, expiresAt, version } = upload;
    const next = { ...upload, version: version + 1 };
    const ttl = timeToLive(new Date(expiresAt), 0);
    const item = { ...next, ...uploadKey(workspaceId, accountId, mediaId), type: 'upload', ttl };
    return (await table.put(item, stillAtUpload(version))) ? next : undefined;
  },
});

const limitKey = (workspaceId: string, accountId: string, endpoint: string): Key => ({
  pk: workspaceId,
  sk: `LIMIT#${accountId}#${endpoint}`,
});

export const limitStore = (table: Table): LimitStore => ({
  async find(workspaceId, accountId, endpoint) {
    const item = await table.get(limitKey(workspaceId, accountId, endpoint));
    return item && ScarceLimit.parse(item);
  },
  async save(workspaceId, accountId, endpoint, limit) {
    const key = limitKey(workspaceId, accountId, endpoint);
    await table.put({ ...key, type: 'limit', workspaceId, ...limit, ttl: timeToLive(new Date(limit.resetAt), 0) });
  },
});
