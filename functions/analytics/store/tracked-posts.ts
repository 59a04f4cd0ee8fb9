import * as z from 'zod';
import { shardOf } from '#shared/shards.ts';
import { isNew, type Item, type Key, type Table } from '#shared/table.ts';
import { daySeconds, timeToLive } from '#shared/time.ts';
import { TrackedPost } from '../domain/tracked-post.ts';

/** A post, and its place among those of its shard. */
export interface FoundPost {
  post: TrackedPost;
  /** Ordered by publication. */
  place: string;
}

export interface TrackedPostStore {
  find(workspaceId: string, postId: string): Promise<TrackedPost | undefined>;
  /** Returns those posts that are tracked. */
  findAll(workspaceId: string, postIds: readonly string[]): Promise<TrackedPost[]>;
  /** Starts tracking a post, unless it is tracked already. */
  track(post: TrackedPost, keptDays: number): Promise<void>;
  /**
   * Returns the next posts of a shard, of all workspaces, in order of publication.
   * @param after the place of the post to continue after (exclusive), or an instant's (inclusive)
   * @param before ms since the epoch (exclusive)
   * @param known returns posts that were read already, by id; they are not read again
   */
  publishedBetween(
    shard: number,
    after: string,
    before: number,
    limit: number,
    known?: (id: string) => TrackedPost | undefined,
  ): Promise<FoundPost[]>;
  /** Returns the variant and template that a campaign named when it claimed a post. */
  claimOf(workspaceId: string, postId: string): Promise<Claim>;
  learnClaim(workspaceId: string, postId: string, claim: Claim): Promise<void>;
}

/** The variant that an experiment publishes a post as, and the template that it is made from; null: none. */
const Claim = z.object({ variant: z.string().nullable(), templateId: z.string().nullable().default(null) });
export type Claim = z.infer<typeof Claim>;

const nothing: Claim = { variant: null, templateId: null };

const postKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `TRACKED#${id}` });
const idIn = (sk: string): string => sk.slice(sk.indexOf('#') + 1);
const variantKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `VARIANT#${id}` });

/** A claim is stored for this long: a post published later has neither. */
const variantKeptSeconds = 400 * daySeconds;

/** Returns the beginning of the places of posts that were published at an instant. @param at ms since the epoch */
export const placeAt = (at: number): string => new Date(at).toISOString();

const postItem = (post: TrackedPost): Item & Key => ({
  ...post,
  ...postKey(post.workspaceId, post.id),
  type: 'tracked_post',
  byDuePk: `PUBLISHED#${shardOf(post.accountId)}`,
  byDueSk: `${placeAt(Date.parse(post.publishedAt))}#${post.id}`,
});

export const trackedPostStore = (table: Table): TrackedPostStore => ({
  async find(workspaceId, postId) {
    const item = await table.get(postKey(workspaceId, postId));
    return item && TrackedPost.parse(item);
  },
  async findAll(workspaceId, postIds) {
    const items = await table.getAll([...new Set(postIds)].map((id) => postKey(workspaceId, id)));
    return items.map((item) => TrackedPost.parse(item));
  },
  async track(post, keptDays) {
    const ttl = timeToLive(new Date(post.publishedAt), keptDays * daySeconds);
    await table.put({ ...postItem(post), ttl }, isNew);
  },
  async publishedBetween(shard, after, before, limit, known = () => undefined) {
    const to = placeAt(before);
    // The place of a post ends with its id; `~` sorts after whatever a place can contain.
    const from = after.includes('#') ? `${after}~` : after;
    if (from >= to || limit <= 0) return [];
    // The index has only keys; posts that are known already are not read.
    const found = await table.queryFirst(
      {
        IndexName: 'byDue',
        KeyConditionExpression: 'byDuePk = :shard AND byDueSk BETWEEN :from AND :to',
        ExpressionAttributeValues: { ':shard': `PUBLISHED#${shard}`, ':from': from, ':to': to },
      },
      limit,
    );
    const places = found.map(({ pk, sk, byDueSk }) => {
      const key = { pk: String(pk), sk: String(sk) };
      return { key, place: String(byDueSk), post: known(idIn(key.sk)) };
    });
    const unread = places.flatMap(({ key, post }) => (post ? [] : [key]));
    const read = new Map((await table.getAll(unread)).map((item) => [item.sk, TrackedPost.parse(item)]));
    return places.flatMap(({ key, place, post = read.get(key.sk) }) => (post ? [{ post, place }] : []));
  },
  async claimOf(workspaceId, postId) {
    const item = await table.get(variantKey(workspaceId, postId));
    return item ? Claim.parse(item) : nothing;
  },
  async learnClaim(workspaceId, postId, claim) {
    const ttl = timeToLive(table.now(), variantKeptSeconds);
    await table.put({ ...variantKey(workspaceId, postId), type: 'variant', workspaceId, postId, ...claim, ttl });
  },
});
