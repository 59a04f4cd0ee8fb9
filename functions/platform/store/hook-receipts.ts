import type { Author } from '#shared/actor.ts';
import { firstVersion, nextVersion } from '#shared/entities.ts';
import type { New } from '#shared/entity.ts';
import { digestOf } from '#shared/secrets.ts';
import { isNew, type Item, type Key, type Table } from '#shared/table.ts';
import { timeToLive } from '#shared/time.ts';
import { type HookReceipt, keptSeconds } from '../domain/hook-receipt.ts';

export interface HookReceiptStore {
  /** Records a delivery; false if it was recorded before. */
  add(receipt: New<HookReceipt>, author: Author): Promise<boolean>;
}

/** A digest, because senders choose their ids and a DynamoDB key has a limited length. */
const keyOf = ({ workspaceId, hookId, deliveryId }: New<HookReceipt>): Key => ({
  pk: workspaceId,
  sk: `HOOK_RECEIPT#${hookId}#${digestOf(deliveryId)}`,
});

const receiptItem = (receipt: HookReceipt): Item & Key => ({
  ...receipt,
  ...keyOf(receipt),
  type: 'hook_receipt',
  ttl: timeToLive(new Date(receipt.createdAt), keptSeconds),
});

export const hookReceiptStore = (table: Table): HookReceiptStore => ({
  add: (receipt, author) =>
    table.put(receiptItem(nextVersion(firstVersion(receipt, table.now(), author), table.now(), author)), isNew),
});
