import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter, firstVersion, lostUpdate, nextVersion, stillAt } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import type { Page } from '#shared/page.ts';
import type { Item, Key, PageRequest, Table, TransactWrite } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import type { Campaign, Launch } from '../domain/campaign.ts';
import type { Claim } from '../domain/known-post.ts';
import { Slot } from '../domain/slot.ts';
import { accountTimeKeys } from './account-times.ts';
import { campaignKey } from './campaigns.ts';
import { claimWrite, letGoWrite } from './known-posts.ts';

export interface SlotStore {
  find(workspaceId: string, campaignId: string, slotId: string): Promise<Slot | undefined>;
  /** Writes the next version. @throws DomainError `changed_meanwhile`. */
  save(slot: Slot, author: Author): Promise<Slot>;
  /**
   * Writes slots of a launch with the claims on their posts, or nothing: false if a post was claimed since it was read,
   * or the launch is no longer in progress. Idempotent.
   * @param slots at most `maxClaims`
   */
  claim(campaign: Claimer, slots: readonly { slot: New<Slot>; claim: Claim }[], author: Author): Promise<boolean>;
  /**
   * Writes a slot that lets go of its post, which other campaigns can then claim.
   * @throws DomainError `changed_meanwhile`
   */
  letGo(slot: Slot, author: Author): Promise<Slot>;
  /**
   * Deletes a slot that a change had claimed. Its post is free again, or goes back to the slot that had it.
   * @param backTo a slot of the same campaign
   * @throws DomainError `changed_meanwhile`
   */
  unclaim(slot: Slot, backTo: Slot | undefined, author: Author): Promise<void>;
  /** The slots of a launched campaign, read consistently. */
  ofCampaign(workspaceId: string, campaignId: string): Promise<Slot[]>;
  /** One page of slots, in the order of their ids. */
  listOf(workspaceId: string, campaignId: string, page: PageRequest): Promise<Page<Slot>>;
  /** Deletes a slot; the write publishes that it was dropped. @throws DomainError `changed_meanwhile` */
  drop(slot: Slot, author: Author): Promise<void>;
}

/** A campaign with the launch or change that claims posts. */
type Claimer = Pick<Campaign, 'workspaceId' | 'id'> & { launch: Pick<Launch, 'number' | 'kind'> };

/** Each slot takes two writes of a transaction, and the check of the campaign one; DynamoDB allows 100. */
export const maxClaims = 25;

const slotPrefix = (campaignId: string) => `SLOT#${campaignId}#`;

const slotKey = (workspaceId: string, campaignId: string, id: string): Key => ({
  pk: workspaceId,
  sk: slotPrefix(campaignId) + id,
});

/** Condition that this launch or change is in progress, so that one that failed or ended claims nothing more. */
const isLaunching = ({ workspaceId, id, launch }: Claimer): TransactWrite => ({
  check: campaignKey(workspaceId, id),
  condition: {
    ConditionExpression:
      launch.kind === 'launch'
        ? '#status = :launching AND #launch.#number = :launch'
        : '(#status = :running OR #status = :paused) AND #launch.#number = :launch AND #launch.#failure = :none AND #launch.#endedAt = :none',
    ExpressionAttributeNames: {
      ...{ '#status': 'status', '#launch': 'launch', '#number': 'number' },
      ...(launch.kind === 'change' && { '#failure': 'failure', '#endedAt': 'endedAt' }),
    },
    ExpressionAttributeValues: {
      ':launch': launch.number,
      ...(launch.kind === 'launch'
        ? { ':launching': 'launching' }
        : { ':running': 'running', ':paused': 'paused', ':none': null }),
    },
  },
});

const goesOut: ReadonlySet<Slot['status']> = new Set(['claimed', 'open', 'planned', 'held']);

const bareItem = (slot: Slot): Item & Key => ({
  ...slot,
  ...slotKey(slot.workspaceId, slot.campaignId, slot.id),
  type: 'slot',
});

export const slotItem = (slot: Slot): Item & Key => ({
  ...bareItem(slot),
  ...(goesOut.has(slot.status) && accountTimeKeys(slot)),
});

export const slotStore = (table: Table): SlotStore => {
  const query = (workspaceId: string, campaignId: string) => ({
    KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :slots)',
    ExpressionAttributeValues: { ':workspace': workspaceId, ':slots': slotPrefix(campaignId) },
    ConsistentRead: true,
  });
  // The stream publishes nothing for deletions, so the last version of a deleted slot is written with an expired TTL.
  const dropped = (slot: Slot): Item & Key => ({ ...bareItem(slot), ttl: timeToLive(table.now(), 0) });
  const saveDropped = entityWriter(table, dropped);
  return {
    async find(workspaceId, campaignId, slotId) {
      const item = await table.get(slotKey(workspaceId, campaignId, slotId));
      return item && entityOf(Slot, item);
    },
    save: entityWriter(table, slotItem),
    claim: (campaign, slots, author) =>
      table.transact([
        isLaunching(campaign),
        ...slots.flatMap(({ slot, claim }): TransactWrite[] => {
          const first = nextVersion(firstVersion(slot, table.now(), author), table.now(), author);
          return [{ put: slotItem(first) }, claimWrite(campaign, claim)];
        }),
      ]),
    async letGo(slot, author) {
      const next = nextVersion(slot, table.now(), author);
      const write = { put: slotItem(next), condition: stillAt(slot.version) };
      // If another slot has the post by now, there is nothing to let go of.
      if (
        (await table.transact([write, letGoWrite(slot, { at: slot.letGo?.at ?? next.updatedAt })])) ||
        (await table.transact([write]))
      )
        return next;
      throw lostUpdate();
    },
    async unclaim(slot, backTo, author) {
      const next = nextVersion(slot, table.now(), author);
      const write = { put: dropped(next), condition: stillAt(slot.version) };
      const back = letGoWrite(slot, backTo ? { backTo } : { at: next.updatedAt });
      if (!(await table.transact([write, back])) && !(await table.transact([write]))) throw lostUpdate();
    },
    async ofCampaign(workspaceId, campaignId) {
      const items = await table.queryAll(query(workspaceId, campaignId));
      return items.map((item) => entityOf(Slot, item));
    },
    listOf: (workspaceId, campaignId, page) =>
      table.queryPage(query(workspaceId, campaignId), page, (item) => entityOf(Slot, item)),
    async drop(slot, author) {
      await saveDropped(slot, author);
    },
  };
};
