import { setTimeout as sleep } from 'node:timers/promises';
import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import type { Post } from '../domain/post.ts';
import type { SignedReceipt } from '../domain/receipt.ts';
import { receiptOf } from '../domain/receipt-of.ts';

/** Maximum number of attempts to append a receipt to the chain. Of concurrent attempts, one succeeds each time. */
const maxAttempts = 60;
const longestPauseMs = 400;

/**
 * Returns the receipt of a published post, sealed on the first request: signed, at the end of the workspace's chain,
 * and unchanged ever after.
 * @throws DomainError `not_published`; `receipts_busy` if other receipts took every place that it tried
 */
export const sealedReceipt = async (
  { receipts, receiptKey }: Pick<Deps, 'receipts' | 'receiptKey'>,
  post: Post,
): Promise<SignedReceipt> => {
  const { id: postId, workspaceId } = post;
  for (let tries = 0; tries < maxAttempts; tries += 1) {
    if (tries > 0) await sleep(Math.random() * Math.min(longestPauseMs, 20 * 2 ** tries));
    const sealed = await receipts.find(workspaceId, postId);
    if (sealed) return sealed;
    const head = await receipts.head(workspaceId);
    const signed = await receiptKey.sign(receiptOf(post, { position: head.position + 1, previousHash: head.hash }));
    if (await receipts.append(signed, head)) return signed;
  }
  throw new DomainError(
    'unavailable',
    'receipts_busy',
    'Too many receipts are requested at once. Try again in a moment.',
  );
};
