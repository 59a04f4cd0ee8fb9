import { createHash, randomBytes } from 'node:crypto';
import { defaultSettings, type WorkspaceSettings } from '#events/users.ts';
import { measureTexts } from '#functions/posts/checks/text-weight.ts';
import type { Deps } from '#functions/posts/deps.ts';
import { nextReminder } from '#functions/posts/domain/approval-reminder.ts';
import type { Post } from '#functions/posts/domain/post.ts';
import { isHeldByAccount, isHeldByBudget } from '#functions/posts/domain/publication.ts';
import type { Repost } from '#functions/posts/domain/repost.ts';
import { mostVersions, type PostVersion } from '#functions/posts/domain/version.ts';
import { receiptKeyFrom } from '#functions/posts/ports/receipt-key.ts';
import { accountWaitStore } from '#functions/posts/store/account-waits.ts';
import { calendarFeedStore } from '#functions/posts/store/calendar-feeds.ts';
import { commentStore } from '#functions/posts/store/comments.ts';
import type { KnownAccount } from '#functions/posts/store/known-accounts.ts';
import { mediaStore } from '#functions/posts/store/media.ts';
import { mediaUseStore } from '#functions/posts/store/media-uses.ts';
import { templateStore } from '#functions/posts/store/templates.ts';
import type { Author } from '#shared/actor.ts';
import { dailyLimits } from '#shared/daily-limits.ts';
import { firstVersion, lostUpdate, nextVersion } from '#shared/entities.ts';
import type { Entity } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { decodeCursor, encodeCursor } from '#shared/page.ts';
import type { Table } from '#shared/table.ts';
import { type Clock, instantAfter } from '#shared/time.ts';
import { memoryLikenesses, memorySpending } from './policy.ts';
import { memoryQueues } from './queues.ts';
import { memoryReceipts } from './receipts.ts';
import { memoryTable } from './table.ts';
import { memoryCampaignLinks, memoryVersions } from './writing.ts';

/** A file as it lies in the bucket, with the entity tag of one that was put at once. */
const stored = (file: Uint8Array | undefined) =>
  file && {
    bytes: file.length,
    etag: `"${createHash('md5').update(file).digest('hex')}"`,
    read: async (start: number, end: number) => file.slice(start, end),
  };

const isWaiting = ({ status }: Post): boolean => ['scheduled', 'publishing'].includes(status);

/** The context's stores in memory, with the writes that a table's stream would tell. */
export interface MemoryPosts extends Deps {
  versions: ReturnType<typeof memoryVersions>;
  /** Every write of a post or a media file, in order. */
  changes: Change[];
  /** Holds what is not kept in maps of its own. */
  table: Table;
  /** What lies in the bucket, by media id. */
  uploads: Map<string, Uint8Array>;
  /** How many posts wait for their time, are held or are on their way. */
  waiting(): number;
  /** Takes down the posts that are on their way or out as they are now; `restore` puts them back, without a word. */
  backUp(): { postIds: string[]; restore: () => void };
  /** ARNs of the executions that still work. */
  running: Set<string>;
}

export const memoryPosts = (now: Clock, mediaRoom = { bytes: 1_000_000_000, uploads: 10 }): MemoryPosts => {
  const posts = new Map<string, Post>();
  const accounts = new Map<string, KnownAccount & { entityVersion: number }>();
  const settings = new Map<string, { entityVersion: number; value: WorkspaceSettings }>();
  const uploads = new Map<string, Uint8Array>();
  const changes: Change[] = [];
  const { table } = memoryTable(now, changes);
  const files = mediaStore(table, mediaRoom);
  const running = new Set<string>();
  const versions = new Map<string, PostVersion>();
  const reposts = new Map<string, Repost>();
  const key = (workspaceId: string, id: string) => `${workspaceId}/${id}`;
  const sortKey = (post: Post) => `${post.scheduledAt ?? post.createdAt}#${post.id}`;

  const write = <E extends Entity & { id: string }>(
    into: Map<string, E>,
    type: string,
    entity: E,
    author: Author,
  ): E => {
    const at = key(entity.workspaceId, entity.id);
    const before = into.get(at);
    if ((before?.version ?? 0) !== entity.version) throw lostUpdate();
    const next = nextVersion(entity, now(), author);
    into.set(at, next);
    changes.push({ before: before && { ...before, type }, after: { ...next, type } });
    return next;
  };

  const ended = new Set<string>();
  return {
    endings: { note: async (id) => void ended.add(id), hasEnded: async (id) => ended.has(id) },
    changes,
    table,
    uploads,
    waiting: () => [...posts.values()].filter((post) => isWaiting(post) || post.status === 'held').length,
    backUp() {
      const kept = [...posts].filter(([, post]) => isWaiting(post) || post.status === 'published');
      const restore = () => {
        for (const [at, post] of kept) posts.set(at, post);
      };
      return { postIds: kept.map(([, { id }]) => id), restore };
    },
    running,
    now,
    faultPauseMs: 60_000,
    patience: { totalMs: 1, everyMs: 1 },
    measure: measureTexts,
    posts: {
      find: async (workspaceId, id) => posts.get(key(workspaceId, id)),
      async get(workspaceId, id) {
        const post = posts.get(key(workspaceId, id));
        if (!post || post.status === 'deleted') throw notFound('post');
        return post;
      },
      create: async (post, author) => write(posts, 'post', firstVersion(post, now(), author), author),
      async save(post, author, replaced) {
        const saved = write(posts, 'post', post, author);
        if (replaced) {
          versions.set(key(post.workspaceId, `${post.id}/${replaced.contentVersion}`), replaced);
          versions.delete(key(post.workspaceId, `${post.id}/${replaced.contentVersion - mostVersions}`));
        }
        return saved;
      },
      async list(workspaceId, { status, accountId, from, to, accept }, { limit, cursor, scope }) {
        const after = cursor === undefined ? undefined : decodeCursor(cursor, scope).byTimeSk;
        const time = (post: Post) => Date.parse(post.scheduledAt ?? post.createdAt);
        const wanted = [...posts.values()]
          .filter((post) => post.workspaceId === workspaceId)
          .filter((post) => (status === undefined ? post.status !== 'deleted' : post.status === status))
          .filter((post) => accountId === undefined || post.accountId === accountId)
          .filter((post) => accept?.(post) ?? true)
          .filter((post) => from === undefined || time(post) >= Date.parse(from))
          .filter((post) => to === undefined || time(post) < Date.parse(to))
          .sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1))
          .filter((post) => after === undefined || sortKey(post) > after);
        const items = wanted.slice(0, limit);
        const last = items.at(-1);
        const isMore = last !== undefined && wanted.length > limit;
        return { items, nextCursor: isMore ? encodeCursor({ byTimeSk: sortKey(last) }, scope) : null };
      },
      ofCampaign: async (workspaceId, campaignId) =>
        [...posts.values()].filter((post) => post.workspaceId === workspaceId && post.campaignId === campaignId),
      overdue: async (before) =>
        [...posts.values()]
          .filter(isWaiting)
          .filter(({ nextAttemptAt }) => nextAttemptAt !== null && nextAttemptAt < before)
          .map(({ workspaceId, id }) => ({ workspaceId, postId: id })),
      waitingForApproval: async (at) =>
        [...posts.values()]
          .filter((post) => (nextReminder(post)?.at ?? '~') < at)
          .map(({ workspaceId, id }) => ({ workspaceId, postId: id })),
      heldByBudget: async (workspaceId) =>
        [...posts.values()].filter((post) => post.workspaceId === workspaceId && isHeldByBudget(post)),
      heldByAccount: async (workspaceId, accountId) =>
        [...posts.values()].filter(
          (post) => post.workspaceId === workspaceId && post.accountId === accountId && isHeldByAccount(post),
        ),
    },
    ...memoryCampaignLinks(),
    versions: memoryVersions(versions),
    accountWaits: accountWaitStore(table),
    templates: templateStore(table),
    calendarFeeds: calendarFeedStore(table),
    randomBytes,
    queues: memoryQueues(now, (post, author) => write(posts, 'post', post, author)),
    comments: commentStore(table),
    dailyLimits: dailyLimits(table),
    reposts: {
      create: async (repost, author) => write(reposts, 'repost', firstVersion(repost, now(), author), author),
      find: async (workspaceId, _postId, id) => reposts.get(key(workspaceId, id)),
      save: async (repost, author) => write(reposts, 'repost', repost, author),
      async list(workspaceId, postId, { limit }) {
        const all = [...reposts.values()].filter((each) => each.workspaceId === workspaceId && each.postId === postId);
        return { items: all.slice(0, limit), nextCursor: null };
      },
    },
    likenesses: memoryLikenesses(),
    spending: memorySpending(),
    settings: {
      get: async (workspaceId) => settings.get(workspaceId)?.value ?? defaultSettings,
      async learn(workspaceId, entityVersion, value) {
        if ((settings.get(workspaceId)?.entityVersion ?? 0) < entityVersion) {
          settings.set(workspaceId, { entityVersion, value });
        }
      },
    },
    receipts: memoryReceipts(),
    receiptKey: receiptKeyFrom('a secret of the tests'),
    executions: { isRunning: async (arn) => running.has(arn) },
    media: {
      ...files,
      async save(file, author, guarded = []) {
        const isAsRead = (post: Pick<Post, 'workspaceId' | 'id' | 'version'>) =>
          posts.get(key(post.workspaceId, post.id))?.version === post.version;
        if (!guarded.every(isAsRead)) throw lostUpdate();
        return files.save(file, author);
      },
    },
    mediaRoom,
    mediaUses: mediaUseStore(table),
    mediaFiles: {
      uploadTarget: async ({ id, contentType, bytes }) => ({
        url: `https://media.example/${id}`,
        headers: { 'content-type': contentType, 'content-length': String(bytes) },
        expiresAt: instantAfter(now(), 900_000),
      }),
      open: async ({ id }) => stored(uploads.get(id)),
      keep: async (_, etag) => etag,
      remove: async ({ id }) => void uploads.delete(id),
    },
    accounts: {
      find: async (workspaceId, id) => accounts.get(key(workspaceId, id)),
      async learn(workspaceId, entityVersion, account) {
        const at = key(workspaceId, account.accountId);
        if ((accounts.get(at)?.entityVersion ?? 0) < entityVersion) accounts.set(at, { ...account, entityVersion });
      },
      async forget(workspaceId, entityVersion, accountId) {
        const at = key(workspaceId, accountId);
        const known = accounts.get(at) ?? { accountId, maxWeightedLength: 280, entityVersion: 0 };
        if (known.entityVersion < entityVersion) accounts.set(at, { ...known, isConnected: false, entityVersion });
      },
    },
  };
};
