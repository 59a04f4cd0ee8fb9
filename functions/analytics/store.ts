import { createHash } from 'node:crypto';
import * as z from 'zod';
import { PostMetrics } from '#events/analytics.ts';
import type { Author } from '#shared/actor.ts';
import {
  entityOf,
  entityWriter,
  firstVersion,
  isNew,
  nextVersion,
  type Item,
  type Key,
  type Table,
} from '#shared/dynamo.ts';
import type { New } from '#shared/entity.ts';
import type { Snapshot } from './domain/metrics.ts';
import { TrackedPost } from './domain/tracked-post.ts';

export interface TrackedPostStore {
  find(workspaceId: string, postId: string): Promise<TrackedPost | undefined>;
  /** Begins to track a post; nothing when it is tracked already. */
  track(post: New<TrackedPost>, author: Author): Promise<void>;
  /** Writes the next version. @throws DomainError `changed_meanwhile` when another sweep wrote since it was read. */
  save(post: TrackedPost, author: Author): Promise<TrackedPost>;
  /** Posts whose next sweep is due at `now`, at most about `limit`, those due longest among them. */
  due(now: Date, limit: number): Promise<TrackedPost[]>;
  ofCampaign(workspaceId: string, campaignId: string): Promise<TrackedPost[]>;
}

export interface SnapshotStore {
  /** Keeps a snapshot; one of the same instant is kept already. */
  add(workspaceId: string, postId: string, snapshot: Snapshot): Promise<void>;
  /** The snapshots from `from` (inclusive) to `to` (exclusive), the oldest first. */
  list(workspaceId: string, postId: string, from: Date, to: Date): Promise<Snapshot[]>;
}

/** Which campaigns there are, from the events of `campaigns`. */
export interface KnownCampaignStore {
  isKnown(workspaceId: string, campaignId: string): Promise<boolean>;
  learn(workspaceId: string, campaignId: string): Promise<void>;
}

/** Partitions of `byDue`: enough that none is hot, few enough that a sweep may ask them all. */
const dueShards = 8;

const shardOf = (postId: string): number => (createHash('sha256').update(postId).digest()[0] ?? 0) % dueShards;

/** One item takes at most this many snapshots: a sweep per minute in the first hour, and 23 hourly ones, are fewer. */
const mostPerDay = 100;

const postKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `TRACKED#${id}` });
const campaignKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `CAMPAIGN#${id}` });
const dayKey = (workspaceId: string, postId: string, instant: string): Key => ({
  pk: workspaceId,
  sk: `SNAPSHOTS#${postId}#${instant.slice(0, 10)}`,
});

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
    const perShard = Math.ceil(limit / dueShards);
    const pages = await Promise.all(
      Array.from({ length: dueShards }, (_, shard) =>
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

/** Snapshots are packed, one item per post and UTC day: each is a field named by its instant. */
const SnapshotDay = z.object({ snapshots: z.record(z.string(), PostMetrics) });

export const snapshotStore = (table: Table): SnapshotStore => ({
  async add(workspaceId, postId, { measuredAt, metrics }) {
    const key = dayKey(workspaceId, postId, measuredAt);
    const intoDay = () =>
      table.update(key, {
        UpdateExpression: 'SET snapshots.#at = :metrics',
        ConditionExpression: 'attribute_exists(pk) AND size(snapshots) < :most',
        ExpressionAttributeNames: { '#at': measuredAt },
        ExpressionAttributeValues: { ':metrics': metrics, ':most': mostPerDay },
      });
    if (await intoDay()) return;
    const day = { ...key, type: 'snapshots', workspaceId, postId, snapshots: { [measuredAt]: metrics } };
    if (await table.put(day, isNew)) return;
    // Another sweep made the day's item meanwhile, or the day is full: then the post's latest still tells.
    await intoDay();
  },
  async list(workspaceId, postId, from, to) {
    const [first, last] = [from.toISOString(), to.toISOString()];
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':workspace': workspaceId,
        ':first': dayKey(workspaceId, postId, first).sk,
        ':last': dayKey(workspaceId, postId, last).sk,
      },
    });
    return items
      .flatMap((item) => Object.entries(entityOf(SnapshotDay, item).snapshots))
      .map(([measuredAt, metrics]) => ({ measuredAt, metrics }))
      .filter(({ measuredAt }) => measuredAt >= first && measuredAt < last)
      .sort((one, other) => (one.measuredAt < other.measuredAt ? -1 : 1));
  },
});

export const knownCampaignStore = (table: Table): KnownCampaignStore => ({
  isKnown: async (workspaceId, campaignId) => (await table.get(campaignKey(workspaceId, campaignId))) !== undefined,
  async learn(workspaceId, campaignId) {
    await table.put({ ...campaignKey(workspaceId, campaignId), type: 'known_campaign', workspaceId, campaignId });
  },
});
