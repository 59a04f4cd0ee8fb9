import type { DisconnectReason } from '#events/accounts.ts';
import { type Account, disconnect } from '#functions/accounts/domain/account.ts';
import type { Connection } from '#functions/accounts/domain/connection.ts';
import type { Publication } from '#functions/accounts/domain/publication.ts';
import { keyVersionOf } from '#functions/accounts/domain/sealed.ts';
import type { ScarceLimit } from '#functions/accounts/domain/x-failure.ts';
import type { AccountStore } from '#functions/accounts/store/accounts.ts';
import type { AppStore } from '#functions/accounts/store/app.ts';
import type { BudgetStore } from '#functions/accounts/store/budgets.ts';
import type { ConnectionStore } from '#functions/accounts/store/connections.ts';
import type { LimitStore } from '#functions/accounts/store/limits.ts';
import type { PublicationStore } from '#functions/accounts/store/publications.ts';
import type { StoredTokens, TokenStore } from '#functions/accounts/store/tokens.ts';
import type { Upload, UploadStore } from '#functions/accounts/store/uploads.ts';
import type { UsageStore } from '#functions/accounts/store/usage.ts';
import { type Author, systemAuthor } from '#shared/actor.ts';
import { firstVersion, lostUpdate, nextVersion } from '#shared/entities.ts';
import { notFound } from '#shared/errors.ts';
import type { Change } from '#shared/lambda/stream.ts';
import type { PageRequest } from '#shared/table.ts';
import type { Clock } from '#shared/time.ts';
import { usageInMemory } from './usage.ts';

/** What the table of accounts holds, by the keys the real store uses. */
export interface AccountsMemory {
  accounts: AccountStore;
  tokens: TokenStore;
  connections: ConnectionStore;
  publications: PublicationStore;
  uploads: UploadStore;
  limits: LimitStore;
  usage: UsageStore;
  budgets: BudgetStore;
  app: AppStore;
  /** The writes of accounts, as the stream tells them. */
  changes: Change[];
  /** Takes down how far the parts of these posts are; what it returns forgets what was learned since. */
  backUp(postIds: readonly string[]): () => void;
  /** All items as JSON, to look for what must not be in them. */
  dump(): string;
}

const keyOf = (...parts: readonly (string | number)[]) => parts.join('#');

/** The stores of accounts in memory, with the conditions of the real ones. */
export const accountsInMemory = (now: Clock): AccountsMemory => {
  const accounts = new Map<string, Account>();
  const tokens = new Map<string, StoredTokens>();
  const known = new Map<string, string>();
  const taken = new Map<string, { workspaceId: string; accountId: string }>();
  const connections = new Map<string, Connection & { used: boolean }>();
  const publications = new Map<string, Publication>();
  const xPosts = new Set<string>();
  const uploads = new Map<string, Upload>();
  const limits = new Map<string, ScarceLimit>();

  const changes: Change[] = [];

  const write = (account: Account): Account => {
    const key = keyOf(account.workspaceId, account.id);
    const before = accounts.get(key);
    changes.push({ before: before && { ...before, type: 'account' }, after: { ...account, type: 'account' } });
    accounts.set(key, account);
    return account;
  };

  const release = (account: Account, reason: DisconnectReason, author: Author): Account => {
    tokens.delete(keyOf(account.workspaceId, account.id));
    return write(nextVersion(disconnect(account, reason, now()), now(), author));
  };

  const find = async (workspaceId: string, accountId: string) => accounts.get(keyOf(workspaceId, accountId));

  /** Writes the next version when nobody wrote since it was read. */
  const saveVersioned = <Stored extends { version: number }>(map: Map<string, Stored>, key: string, value: Stored) => {
    if ((map.get(key)?.version ?? 0) !== value.version) return undefined;
    const next = { ...value, version: value.version + 1 };
    map.set(key, next);
    return next;
  };

  return {
    accounts: {
      find,
      async get(workspaceId, accountId) {
        const account = await find(workspaceId, accountId);
        if (!account) throw notFound('account');
        return account;
      },
      async list(workspaceId, { limit }: PageRequest) {
        const items = [...accounts.values()].filter((account) => account.workspaceId === workspaceId);
        return { items: items.slice(0, limit), nextCursor: null };
      },
      async ofXUser(workspaceId, xUserId) {
        const id = known.get(keyOf(workspaceId, xUserId));
        return id === undefined ? undefined : find(workspaceId, id);
      },
      async save(account, author) {
        const key = keyOf(account.workspaceId, account.id);
        if (accounts.get(key)?.version !== account.version) throw lostUpdate();
        return write(nextVersion(account, now(), author));
      },
      holderOf: async (xUserId) => taken.get(xUserId),
      async connect(account, given, author, from) {
        const { workspaceId, id, xUserId } = account;
        const key = keyOf(workspaceId, id);
        const read = 'version' in account ? account : firstVersion(account, now(), author);
        const holder = taken.get(xUserId);
        const isFree = from ? holder?.accountId === from.id : (holder?.workspaceId ?? workspaceId) === workspaceId;
        if (!isFree) return undefined;
        if (from && accounts.get(keyOf(from.workspaceId, from.id))?.version !== from.version) return undefined;
        const knownId = known.get(keyOf(workspaceId, xUserId)) ?? id;
        if ((accounts.get(key)?.version ?? 0) !== read.version || knownId !== id) return undefined;
        const next = write(nextVersion(read, now(), author));
        tokens.set(key, { ...given, version: (tokens.get(key)?.version ?? 0) + 1 });
        known.set(keyOf(workspaceId, xUserId), id);
        taken.set(xUserId, { workspaceId, accountId: id });
        if (from) release(from, 'connected_elsewhere', systemAuthor('accounts', author.correlationId));
        return next;
      },
      async countFailure(workspaceId, accountId) {
        const key = keyOf(workspaceId, accountId);
        const account = accounts.get(key);
        if (!account) return 0;
        accounts.set(key, { ...account, failuresInARow: account.failuresInARow + 1 });
        return account.failuresInARow + 1;
      },
      async beginProbe(workspaceId, accountId) {
        const key = keyOf(workspaceId, accountId);
        const account = accounts.get(key);
        if (account?.status !== 'connected') return undefined;
        const begun = { ...account, probedAt: now().toISOString() };
        accounts.set(key, begun);
        return begun;
      },
      // One shard has them all here.
      dueProbes: async (shard, before, limit) =>
        [...accounts.values()]
          .filter(({ status, probedAt }) => shard === 0 && status === 'connected' && probedAt < before)
          .slice(0, limit)
          .map(({ workspaceId, id }) => ({ workspaceId, accountId: id })),
      async disconnect(account, author) {
        const key = keyOf(account.workspaceId, account.id);
        if (accounts.get(key)?.version !== account.version) return undefined;
        taken.delete(account.xUserId);
        return release(account, 'requested', author);
      },
    },
    tokens: {
      find: async (workspaceId, accountId) => tokens.get(keyOf(workspaceId, accountId)),
      save: async (value) => {
        const key = keyOf(value.workspaceId, value.accountId);
        // Erased tokens do not come back: the condition of the real write names a version that is gone.
        return value.version > 0 && !tokens.has(key) ? undefined : saveVersioned(tokens, key, value);
      },
      async underKey(keyVersion, after, limit) {
        const under = [...tokens.entries()]
          .filter(([key, { sealed }]) => keyVersionOf(sealed) === keyVersion && (after === null || key > after))
          .sort(([one], [other]) => (one < other ? -1 : 1))
          .slice(0, limit);
        return { tokens: under.map(([, stored]) => stored), next: under.at(-1)?.[0] ?? null };
      },
    },
    connections: {
      async begin(connection) {
        connections.set(keyOf(connection.workspaceId, connection.stateHash), { ...connection, used: false });
      },
      async use(workspaceId, personId, stateHash) {
        const found = connections.get(keyOf(workspaceId, stateHash));
        if (found?.personId !== personId || found.used || found.expiresAt <= now().toISOString()) return undefined;
        found.used = true;
        return found;
      },
    },
    publications: {
      find: async (workspaceId, postId, part) => publications.get(keyOf(workspaceId, postId, part)),
      save: async (value) => saveVersioned(publications, keyOf(value.workspaceId, value.postId, value.part), value),
      async adopt(value, xPostId) {
        if (xPosts.has(keyOf(value.workspaceId, xPostId))) return undefined;
        const saved = saveVersioned(publications, keyOf(value.workspaceId, value.postId, value.part), value);
        if (saved) xPosts.add(keyOf(value.workspaceId, xPostId));
        return saved;
      },
      isTaken: async (workspaceId, xPostId) =>
        xPosts.has(keyOf(workspaceId, xPostId)) ||
        [...publications.values()].some(
          (each) => each.workspaceId === workspaceId && each.published?.xPostId === xPostId,
        ),
    },
    uploads: {
      async find(workspaceId, accountId, mediaId) {
        const upload = uploads.get(keyOf(workspaceId, accountId, mediaId));
        return upload && Date.parse(upload.expiresAt) > now().getTime() ? upload : undefined;
      },
      save: async (upload) =>
        saveVersioned(uploads, keyOf(upload.workspaceId, upload.accountId, upload.mediaId), upload),
    },
    limits: {
      async find(workspaceId, accountId, endpoint) {
        const limit = limits.get(keyOf(workspaceId, accountId, endpoint));
        return limit !== undefined && Date.parse(limit.resetAt) > now().getTime() ? limit : undefined;
      },
      async save(workspaceId, accountId, endpoint, limit) {
        limits.set(keyOf(workspaceId, accountId, endpoint), limit);
      },
    },
    ...usageInMemory(now, publications, changes),
    changes,
    backUp(postIds) {
      const ofThem = () => [...publications].filter(([, { postId }]) => postIds.includes(postId));
      const known = ofThem();
      return () => {
        for (const [at, { workspaceId, published }] of ofThem()) {
          publications.delete(at);
          if (published) xPosts.delete(keyOf(workspaceId, published.xPostId));
        }
        for (const [at, publication] of known) {
          publications.set(at, publication);
          if (publication.published) xPosts.add(keyOf(publication.workspaceId, publication.published.xPostId));
        }
      };
    },
    dump: () => JSON.stringify([accounts, tokens, connections, publications, uploads].map((map) => [...map])),
  };
};
