import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { notFound } from '#shared/errors.ts';
import type { Page } from '#shared/page.ts';
import { shardOf, shards } from '#shared/shards.ts';
import type { Item, Key, PageRequest, Table } from '#shared/table.ts';
import { nextReminder } from '../domain/approval-reminder.ts';
import { Post, type PostStatus } from '../domain/post.ts';
import { isHeldByAccount, isHeldByBudget, isHeldByStop } from '../domain/publication.ts';
import type { PostVersion } from '../domain/version.ts';
import { keepVersion } from './versions.ts';

export interface PostFilter {
  status?: PostStatus | undefined;
  accountId?: string | undefined;
  /** Bounds of `scheduledAt`, or of `createdAt` for a post without it: from (inclusive) and to (exclusive), UTC. */
  from?: string | undefined;
  to?: string | undefined;
  /** A further condition on posts. */
  accept?: (post: Post) => boolean;
}

export interface PostStore {
  /** @throws DomainError `post_not_found`, for a deleted one too. */
  get(workspaceId: string, postId: string): Promise<Post>;
  /** The post, deleted or not; undefined if there is none. */
  find(workspaceId: string, postId: string): Promise<Post | undefined>;
  /** Those of these posts that exist, deleted or not, by id. */
  findAll(workspaceId: string, postIds: readonly string[]): Promise<Map<string, Post>>;
  create(post: New<Post>, author: Author): Promise<Post>;
  /**
   * Writes the next version and, in the same transaction, the content that it replaces.
   * @throws DomainError `changed_meanwhile` if the post was written since it was read
   */
  save(post: Post, author: Author, replaced?: PostVersion): Promise<Post>;
  list(workspaceId: string, filter: PostFilter, page: PageRequest): Promise<Page<Post>>;
  ofCampaign(workspaceId: string, campaignId: string): Promise<Post[]>;
  /** Posts of all workspaces that were due before an instant (UTC) and are not published, longest overdue first. */
  overdue(before: string): Promise<{ workspaceId: string; postId: string }[]>;
  /** Posts of all workspaces whose next reminder of a missing approval is due at an instant (UTC), oldest first. */
  waitingForApproval(at: string): Promise<{ workspaceId: string; postId: string }[]>;
  /** Posts held because of their account's health. */
  heldByAccount(workspaceId: string, accountId: string): Promise<Post[]>;
  /** Posts held because of the workspace's X budget. */
  heldByBudget(workspaceId: string): Promise<Post[]>;
  /** Posts held by a stop. */
  heldByStop(workspaceId: string): Promise<Post[]>;
}

const postKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `POST#${id}` });

/**
 * A bound in the form in which times are stored: `…:00Z` would sort after `…:00.000Z`. The day after the last one of
 * the year 9999 begins with a sign, which would sort before everything: then there is no bound.
 */
const boundOf = (instant: string | undefined): string | undefined => {
  const bound = instant === undefined ? undefined : new Date(instant).toISOString();
  return bound?.startsWith('+') ? undefined : bound;
};

/** Index keys by due time, while the post waits for its time or is being published. */
const dueKeys = ({ workspaceId, id, status, nextAttemptAt }: Post) =>
  ['scheduled', 'publishing'].includes(status) && nextAttemptAt !== null
    ? { byDuePk: `DUE#${shardOf(id)}`, byDueSk: `${nextAttemptAt}#${workspaceId}#${id}` }
    : {};

const heldKeys = (post: Post) => {
  if (isHeldByAccount(post)) return { byHeldPk: `${post.workspaceId}#${post.accountId}`, byHeldSk: post.id };
  if (isHeldByStop(post)) return { byHeldPk: `${post.workspaceId}#STOPPED`, byHeldSk: post.id };
  return isHeldByBudget(post) ? { byHeldPk: `${post.workspaceId}#BUDGET`, byHeldSk: post.id } : {};
};

/** Index keys by the time of the next approval reminder, while there is one. */
const reminderKeys = (post: Post) => {
  const next = nextReminder(post);
  return next
    ? { byReminderPk: `REMINDER#${shardOf(post.id)}`, byReminderSk: `${next.at}#${post.workspaceId}#${post.id}` }
    : {};
};

/**
 * The post with its index keys: `byTime` of the workspace, `byCampaign`, and, while they apply, `byDue`, `byHeld` and
 * `byReminder`.
 */
export const postItem = (post: Post): Item & Key => ({
  ...post,
  ...postKey(post.workspaceId, post.id),
  type: 'post',
  byTimePk: post.workspaceId,
  byTimeSk: `${post.scheduledAt ?? post.createdAt}#${post.id}`,
  ...dueKeys(post),
  ...heldKeys(post),
  ...reminderKeys(post),
  ...(post.campaignId !== null && { byCampaignPk: `${post.workspaceId}#${post.campaignId}`, byCampaignSk: post.id }),
});

export const postStore = (table: Table): PostStore => {
  const saveAlone = entityWriter(table, postItem);
  const save = async (post: Post, author: Author, replaced?: PostVersion): Promise<Post> => {
    if (!replaced) return saveAlone(post, author);
    const next = nextVersion(post, table.now(), author);
    const writes = [{ put: postItem(next), condition: stillAt(post.version) }, ...keepVersion(replaced)];
    if (!(await table.transact(writes))) throw lostUpdate();
    return next;
  };
  /**
   * The posts with the earliest keys before an instant, in an index of all workspaces that is sharded under
   * `partition`.
   */
  const earliest = async (index: string, partition: string, before: string) => {
    const pages = await Promise.all(
      shards.map((shard) =>
        table.queryFirst(
          {
            IndexName: index,
            KeyConditionExpression: `${index}Pk = :shard AND ${index}Sk < :before`,
            ExpressionAttributeValues: { ':shard': `${partition}#${shard}`, ':before': before },
          },
          maxOverdue / shards.length,
        ),
      ),
    );
    const keys = pages.flat().map((item) => String(item[`${index}Sk`]));
    return keys.sort().map((key) => {
      const [, workspaceId = '', postId = ''] = key.split('#');
      return { workspaceId, postId };
    });
  };
  const find = async (workspaceId: string, postId: string): Promise<Post | undefined> => {
    const item = await table.get(postKey(workspaceId, postId));
    return item && entityOf(Post, item);
  };
  /** May include posts that are no longer held: the index may be a moment behind. */
  const heldBy = async (workspaceId: string, cause: string): Promise<Post[]> => {
    const items = await table.queryAll({
      IndexName: 'byHeld',
      keysOnly: true,
      KeyConditionExpression: 'byHeldPk = :cause',
      ExpressionAttributeValues: { ':cause': `${workspaceId}#${cause}` },
    });
    return items.map((item) => entityOf(Post, item));
  };
  return {
    find,
    async get(workspaceId, postId) {
      const post = await find(workspaceId, postId);
      if (!post || post.status === 'deleted') throw notFound('post');
      return post;
    },
    async findAll(workspaceId, postIds) {
      const items = await table.getAll([...new Set(postIds)].map((id) => postKey(workspaceId, id)));
      return new Map(items.map((item) => entityOf(Post, item)).map((post) => [post.id, post]));
    },
    create: (post, author) => save(firstVersion(post, table.now(), author), author),
    save,
    list: (workspaceId, { status, accountId, from, to, accept }, page) =>
      table.queryPage(
        {
          IndexName: 'byTime',
          keysOnly: true,
          KeyConditionExpression: 'byTimePk = :workspace AND byTimeSk BETWEEN :from AND :to',
          // A bound has no id after it, so it sorts before every post of its instant.
          ExpressionAttributeValues: {
            ':workspace': workspaceId,
            ':from': boundOf(from) ?? '0',
            ':to': boundOf(to) ?? ':',
          },
        },
        page,
        (item) => {
          const post = entityOf(Post, item);
          const isWanted = status === undefined ? post.status !== 'deleted' : post.status === status;
          if (accept?.(post) === false) return undefined;
          return isWanted && (accountId === undefined || post.accountId === accountId) ? post : undefined;
        },
      ),
    async ofCampaign(workspaceId, campaignId) {
      const items = await table.queryAll({
        IndexName: 'byCampaign',
        keysOnly: true,
        KeyConditionExpression: 'byCampaignPk = :campaign',
        ExpressionAttributeValues: { ':campaign': `${workspaceId}#${campaignId}` },
      });
      return items.map((item) => entityOf(Post, item));
    },
    overdue: (before) => earliest('byDue', 'DUE', before),
    waitingForApproval: (at) => earliest('byReminder', 'REMINDER', at),
    heldByAccount: async (workspaceId, accountId) => (await heldBy(workspaceId, accountId)).filter(isHeldByAccount),
    heldByBudget: async (workspaceId) => (await heldBy(workspaceId, 'BUDGET')).filter(isHeldByBudget),
    heldByStop: async (workspaceId) => (await heldBy(workspaceId, 'STOPPED')).filter(isHeldByStop),
  };
};

/** Maximum number of posts returned at a time: their ids fit into a workflow's state of 256 KB. */
const maxOverdue = 800;
