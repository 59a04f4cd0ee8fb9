import type { Author } from '#shared/actor.ts';
import { entityOf, entityWriter } from '#shared/entities.ts';
import type { Item, Key, Table } from '#shared/table.ts';
import { Slot } from '../domain/slot.ts';

export interface SlotStore {
  find(workspaceId: string, campaignId: string, slotId: string): Promise<Slot | undefined>;
  /** Writes the next version. @throws DomainError `changed_meanwhile`. */
  save(slot: Slot, author: Author): Promise<Slot>;
  /** The slots of a launched campaign, read consistently; none of a draft. */
  ofCampaign(workspaceId: string, campaignId: string): Promise<Slot[]>;
}

const slotPrefix = (campaignId: string) => `SLOT#${campaignId}#`;

const slotKey = (workspaceId: string, campaignId: string, id: string): Key => ({
  pk: workspaceId,
  sk: slotPrefix(campaignId) + id,
});

export const slotItem = (slot: Slot): Item & Key => ({
  ...slot,
  ...slotKey(slot.workspaceId, slot.campaignId, slot.id),
  type: 'slot',
});

export const slotStore = (table: Table): SlotStore => ({
  async find(workspaceId, campaignId, slotId) {
    const item = await table.get(slotKey(workspaceId, campaignId, slotId));
    return item && entityOf(Slot, item);
  },
  save: entityWriter(table, slotItem),
  async ofCampaign(workspaceId, campaignId) {
    const items = await table.queryAll({
      KeyConditionExpression: 'pk = :workspace AND begins_with(sk, :slots)',
      ExpressionAttributeValues: { ':workspace': workspaceId, ':slots': slotPrefix(campaignId) },
      ConsistentRead: true,
    });
    return items.map((item) => entityOf(Slot, item));
  },
});
