import * as z from 'zod';
import { entityOf } from '#shared/entities.ts';
import { isCancelledBy, isNew, type Key, type Table } from '#shared/table.ts';
import { SignedReceipt } from '../domain/receipt.ts';
import { hashOfReceipt } from '../domain/receipt-of.ts';

/** The end of a workspace's chain: position and hash of its last receipt. */
const Head = z.object({ position: z.int().min(0), hash: z.string().nullable() });
type Head = z.infer<typeof Head>;

export interface ReceiptStore {
  /** The sealed receipt of a post. */
  find(workspaceId: string, postId: string): Promise<SignedReceipt | undefined>;
  /** Position 0 if the workspace has no receipt. */
  head(workspaceId: string): Promise<Head>;
  /** Appends a receipt to that head; false if another one came first, or the post already has its receipt. */
  append(receipt: SignedReceipt, head: Head): Promise<boolean>;
}

const headKey = (workspaceId: string): Key => ({ pk: workspaceId, sk: 'RECEIPTS' });
const receiptKey = (workspaceId: string, position: number): Key => ({
  pk: workspaceId,
  sk: `RECEIPT#${String(position).padStart(12, '0')}`,
});
const placeKey = (workspaceId: string, postId: string): Key => ({ pk: workspaceId, sk: `RECEIPTOF#${postId}` });

const Place = z.object({ position: z.int().min(1) });

export const receiptStore = (table: Table): ReceiptStore => ({
  async find(workspaceId, postId) {
    const place = await table.get(placeKey(workspaceId, postId));
    const item = place && (await table.get(receiptKey(workspaceId, entityOf(Place, place).position)));
    return item && SignedReceipt.parse(item.signed);
  },
  async head(workspaceId) {
    const item = await table.get(headKey(workspaceId));
    return item ? entityOf(Head, item) : { position: 0, hash: null };
  },
  async append(signed, head) {
    const { workspaceId, postId, chain } = signed.receipt;
    const { position } = chain;
    const next = {
      ...headKey(workspaceId),
      type: 'receipts',
      workspaceId,
      position,
      hash: hashOfReceipt(signed.receipt),
    };
    const stillLast = {
      ConditionExpression: '#position = :last',
      ExpressionAttributeNames: { '#position': 'position' },
      ExpressionAttributeValues: { ':last': head.position },
    };
    try {
      return await table.transact([
        { put: next, condition: head.position === 0 ? isNew : stillLast },
        { put: { ...receiptKey(workspaceId, position), type: 'receipt', workspaceId, signed }, condition: isNew },
        { put: { ...placeKey(workspaceId, postId), type: 'receipt_place', workspaceId, position }, condition: isNew },
      ]);
    } catch (error) {
      // Many writes at the same place: as if another one had come first.
      if (isCancelledBy(error, 'TransactionConflict')) return false;
      throw error;
    }
  },
});
