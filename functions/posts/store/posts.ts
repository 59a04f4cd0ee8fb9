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
  /** Bounds of `scheduledAt`, or of `createdAt` where a post has none: from (inclusive) and to (exclusive), UTC. */
  from?: string | undefined;
  to?: string | undefined;
  /** What else a post must be. */
  accept?: (post: Post) => boolean;
}

export interface PostStore {
  /** @throws DomainError `post_not_found`, for a deleted one too. */
  get(workspaceId: string, postId: string): Promise<Post>;
  /** The post, deleted or not; undefined when there is none. */
  find(workspaceId: string, postId: string): Promise<Post | undefined>;
  /** Those of these posts that there are, deleted or not, by id. */
  findAll(workspaceId: string, postIds: readonly string[]): Promise<Map<string, Post>>;
  create(post: New<Post>, author: Author): Promise<Post>;
  /**
   * Writes the next version, and with it, or not at all, the content that it replaces.
   * @throws DomainError `changed_meanwhile` when it was written since it was read
   */
  save(post: Post, author: Author, replaced?: PostVersion): Promise<Post>;
  list(workspaceId: string, filter: PostFilter, page: PageRequest): Promise<Page<Post>>;
  ofCampaign(workspaceId: string, campaignId: string): Promise<Post[]>;
  /** Posts of all workspaces that were to go out before an instant (UTC) and have not: the longest overdue first. */
  overdue(before: string): Promise<{ workspaceId: string; postId: string }[]>;
  /** Posts of all workspaces whose next reminder of a missing approval is due at an instant (UTC), the oldest first. */
  waitingForApproval(at: string): Promise<{ workspaceId: string; postId: string }[]>;
  /** Posts that the health of their account holds back. */
  heldByAccount(workspaceId: string, accountId: string): Promise<Post[]>;
  /** Posts that the workspace's budget for X holds back. */
  heldByBudget(workspaceId: string): Promise<Post[]>;
  /** Posts that a stop holds back. */
  heldByStop(workspaceId: string): Promise<Post[]>;
}

const postKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `POST#${id}` });

/**
 * A bound in the form that times are kept in: `…:00Z` would sort after `…:00.000Z`. The day after the last one of the
 * year 9999 begins with a sign, which would sort before everything: there is no bound behind it.
 */
const boundOf = (instant: string | undefined): string | undefined => {
  const bound = instant === undefined ? undefined : new Date(instant).toISOString();
  return bound?.startsWith('+') ? undefined : bound;
};

/** While it waits for its time or is on its way, a post is found by when it is due. */
const dueKeys = ({ workspaceId, id, status, nextAttemptAt }: Post) =>
  ['scheduled', 'publishing'].includes(status) && nextAttemptAt !== null
    ? { byDuePk: `DUE#${shardOf(id)}`, byDueSk: `${nextAttemptAt}#${workspaceId}#${id}` }
    : {};

const heldKeys = (post: Post) => {
  if (isHeldByAccount(post)) return { byHeldPk: `${post.workspaceId}#${post.accountId}`, byHeldSk: post.id };
  if (isHeldByStop(post)) return { byHeldPk: `${post.workspaceId}#STOPPED`, byHeldSk: post.id };
  return isHeldByBudget(post) ? { byHeldPk: `${post.workspaceId}#BUDGET`, byHeldSk: post.id } : {};
};

/** While an approval reminder is due for it, a post is found by the time of that reminder. */
const reminderKeys = (post: Post) => {
  const next = nextReminder(post);
  return next
    ? { byReminderPk: `REMINDER#${shardOf(post.id)}`, byReminderSk: `${next.at}#${post.workspaceId}#${post.id}` }
    : {};
};

/**
 * The post with its places in the indexes: `byTime` of the workspace, `byCampaign`, and while it is so `byDue`, `byHeld`,
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
  /** The earliest keys before an instant in an index of all workspaces, whose partitions begin so. */
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
  /** What holds them may be over meanwhile: the index may be a moment behind. */
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
          // `#` sorts before every digit: a bound without an id is before every post of its instant.
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

/** Batch size: overdue posts recovered at a time. Their ids fit into a workflow's state of 256 KB. */
const maxOverdue = 800;
