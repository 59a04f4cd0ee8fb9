import { entityOf, lostUpdate, newerThan, retryOnLostUpdate } from '#shared/entities.ts';
import type { Item, Key, Table, TransactWrite } from '#shared/table.ts';
import type { Campaign } from '../domain/campaign.ts';
import { type Claim, KnownPost, type KnownPostStatus } from '../domain/known-post.ts';
import type { Slot } from '../domain/slot.ts';
import { accountTimeKeys, calendarOf } from './account-times.ts';

/** What an event reported about a post. */
export interface Learned {
  postId: string;
  accountId: string;
  entityVersion: number;
  /** When the event occurred (UTC). */
  at: string;
  status: KnownPostStatus;
  /** When it is published (UTC), if a person scheduled it; null otherwise. */
  publishAt: string | null;
}

export interface KnownPostStore {
  find(workspaceId: string, postId: string): Promise<KnownPost | undefined>;
  /** Those of these posts that are known, by id. */
  findAll(workspaceId: string, postIds: readonly string[]): Promise<Map<string, KnownPost>>;
  /** Stores what an event reported, unless a newer event is already stored. The slot that claimed the post stays. */
  learn(workspaceId: string, learned: Learned): Promise<void>;
  /** Stores the post's account as of this version of the post, unless a newer event is already stored. */
  learnEdit(workspaceId: string, postId: string, accountId: string, version: number): Promise<void>;
  /** Records the campaign whose approval covers exactly this content of the post; null: none. */
  noteApproval(workspaceId: string, postId: string, campaignId: string | null): Promise<void>;
}

const postKey = (workspaceId: string, id: string): Key => ({ pk: workspaceId, sk: `POST#${id}` });

/** The write by which a slot claims its post; fails if another slot has claimed it since. */
export const claimWrite = (
  { workspaceId, id: campaignId }: Pick<Campaign, 'workspaceId' | 'id'>,
  { postId, slotId, micros, seen }: Claim,
): TransactWrite => ({
  update: postKey(workspaceId, postId),
  with: {
    UpdateExpression: 'SET taken = :taken',
    ConditionExpression:
      seen === null
        ? 'attribute_not_exists(taken) OR taken.slotId = :slot'
        : '(taken.slotId = :seen OR taken.slotId = :slot)',
    ExpressionAttributeValues: {
      ':taken': { campaignId, slotId, micros },
      ':slot': slotId,
      ...(seen !== null && { ':seen': seen }),
    },
  },
});

type Holding = Pick<Slot, 'workspaceId' | 'campaignId' | 'id' | 'postId' | 'costMicros'>;

/**
 * The write by which a slot lets go of its post; fails if another slot has claimed it since.
 * @param next when the slot let go (UTC), or the slot of the same campaign that gets the post back
 */
export const letGoWrite = (
  { workspaceId, campaignId, id, postId, costMicros }: Holding,
  next: { at: string } | { backTo: Pick<Slot, 'id' | 'costMicros'> },
) => ({
  update: postKey(workspaceId, postId),
  with: {
    UpdateExpression: 'SET taken = :taken',
    ConditionExpression: 'taken.slotId = :slot',
    ExpressionAttributeValues: {
      ':taken':
        'at' in next
          ? { campaignId, slotId: id, micros: costMicros, letGoAt: next.at }
          : { campaignId, slotId: next.backTo.id, micros: next.backTo.costMicros },
      ':slot': id,
    },
  },
});

export const knownPostStore = (table: Table): KnownPostStore => ({
  async find(workspaceId, postId) {
    const item = await table.get(postKey(workspaceId, postId));
    return knownOf(item);
  },
  async findAll(workspaceId, postIds) {
    const items = await table.getAll([...new Set(postIds)].map((postId) => postKey(workspaceId, postId)));
    const found = items.flatMap((item) => knownOf(item) ?? []);
    return new Map(found.map((post) => [post.postId, post]));
  },
  async learn(workspaceId, { postId, accountId, entityVersion, at, status, publishAt }) {
    const isTimed = publishAt !== null;
    const keys = isTimed
      ? accountTimeKeys({ workspaceId, accountId, publishAt, campaignId: null, id: postId })
      : { byAccountPk: '', byAccountSk: '' };
    const write = async (values: Item, condition: string) => {
      const names = Object.keys(values);
      return table.update(postKey(workspaceId, postId), {
        UpdateExpression:
          `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}` +
          (isTimed ? '' : ' REMOVE #byAccountPk, #byAccountSk'),
        ConditionExpression: `(${newerThan(entityVersion).ConditionExpression}) AND ${condition}`,
        ExpressionAttributeNames: Object.fromEntries(
          [...new Set([...names, ...Object.keys(keys)])].map((name) => [`#${name}`, name]),
        ),
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [`:${name}`, value]),
        ),
      });
    };
    const values = {
      ...{ postId, workspaceId, type: 'known_post', entityVersion, at, status, publishAt },
      ...(isTimed && keys),
    };
    const isNewest = '(attribute_not_exists(editVersion) OR editVersion < :entityVersion)';
    if (await write({ ...values, accountId }, isNewest)) return;
    // A later edit arrived first: the account that it reported stays, and the time is in that account's calendar.
    await retryOnLostUpdate(async () => {
      const known = await table.get(postKey(workspaceId, postId));
      // A newer event is stored already.
      if (known === undefined || Number(known.entityVersion ?? 0) >= entityVersion) return;
      const edited = String(known.accountId);
      const calendar = isTimed && { byAccountPk: calendarOf(workspaceId, edited) };
      const isSame = 'editVersion >= :entityVersion AND accountId = :accountId';
      if (!(await write({ ...values, ...calendar, accountId: edited }, isSame))) throw lostUpdate();
    });
  },
  async learnEdit(workspaceId, postId, accountId, version) {
    await retryOnLostUpdate(async () => {
      const known = await table.get(postKey(workspaceId, postId));
      if (Math.max(Number(known?.editVersion ?? 0), Number(known?.entityVersion ?? 0)) >= version) return;
      // The time of a scheduled post moves to the calendar of its new account.
      const isTimed = known?.byAccountPk !== undefined;
      const written = await table.update(postKey(workspaceId, postId), {
        UpdateExpression: `SET accountId = :account, editVersion = :version${isTimed ? ', byAccountPk = :calendar' : ''}`,
        ConditionExpression:
          '(attribute_not_exists(editVersion) OR editVersion < :version) AND ' +
          '(attribute_not_exists(entityVersion) OR entityVersion < :version) AND ' +
          `${isTimed ? 'attribute_exists' : 'attribute_not_exists'}(byAccountPk)`,
        ExpressionAttributeValues: {
          ':account': accountId,
          ':version': version,
          ...(isTimed && { ':calendar': calendarOf(workspaceId, accountId) }),
        },
      });
      if (!written) throw lostUpdate();
    });
  },
  async noteApproval(workspaceId, postId, campaignId) {
    await table.update(postKey(workspaceId, postId), {
      UpdateExpression: 'SET approvedWith = :campaign',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':campaign': campaignId },
    });
  },
});

/** An item without a status was written only by a claim or an update; the post is not known yet. */
const knownOf = (item: Item | undefined): KnownPost | undefined =>
  item?.status === undefined ? undefined : entityOf(KnownPost, item);
