import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion, nextVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { shardOf, shards } from '#shared/shards.ts';
import { isNew, type Item, type Key, type Table } from '#shared/table.ts';
import { TrackedPost } from '../domain/tracked-post.ts';

export interface TrackedPostStore {
  find(workspaceId: string, postId: string): Promise<TrackedPost | undefined>;
  /** Begins to track a post; nothing when it is tracked already. */
  track(post: New<TrackedPost>, author: Author): Promise<void>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` if another sweep wrote since the read. */
  save(post: TrackedPost, author: Author): Promise<TrackedPost>;
  /** Posts whose next sweep is due at `now`, at most about `limit`, those due longest among them. */
  due(now: Date, limit: number): Promise<TrackedPost[]>;
  ofCampaign(workspaceId: string, campaignId: string): Promise<TrackedPost[]>;
}

const postKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `TRACKED#${id}` });

/** The post with its places in the indexes: `byDue` while it is swept, `byCampaign`. */
const postItem = (post: TrackedPost): Item & Key => ({
  ...post,
  ...postKey(post.workspaceId, post.id),
  type: 'tracked_post',
  ...(post.nextSweepAt !== null && {
    byDuePk: `DUE#${shardOf(post.id)}`,
    byDueSk: `${post.nextSweepAt}#${post.id}`,
  }),
  ...(post.campaignId !== null && { byCampaignPk: `${post.workspaceId}#${post.campaignId}`, byCampaignSk: post.id }),
});

export const trackedPostStore = (table: Table): TrackedPostStore => ({
  async find(workspaceId, postId) {
    const item = await table.get(postKey(workspaceId, postId));
    return item && entityOf(TrackedPost, item);
  },
  async track(post, author) {
    await table.put(postItem(nextVersion(firstVersion(post, table.now(), author), table.now(), author)), isNew);
  },
  save: entityWriter(table, postItem),
  async due(now, limit) {
    const perShard = Math.ceil(limit / shards.length);
    const pages = await Promise.all(
      shards.map((shard) =>
        table.queryPage(
          {
            IndexName: 'byDue',
            KeyConditionExpression: 'byDuePk = :shard AND byDueSk < :end',
            // `$` follows `#`: the end is after every post that is due at this very instant.
            ExpressionAttributeValues: { ':shard': `DUE#${shard}`, ':end': `${now.toISOString()}$` },
          },
          { limit: perShard, scope: {} },
          (item) => entityOf(TrackedPost, item),
        ),
      ),
    );
    return pages.flatMap(({ items }) => items);
  },
  async ofCampaign(workspaceId, campaignId) {
    const items = await table.queryAll({
      IndexName: 'byCampaign',
      KeyConditionExpression: 'byCampaignPk = :campaign',
      ExpressionAttributeValues: { ':campaign': `${workspaceId}#${campaignId}` },
    });
    return items.map((item) => entityOf(TrackedPost, item));
  },
});
