import { route, type Route } from '../../../shared/http/route.ts';
import * as contract from '../contract/receipts.ts';
import type { Deps } from '../deps.ts';

/** What is attested of published posts. */
export const receiptRoutes = ({ posts, receiptKey }: Deps): Route[] => [
  route(contract.getReceipt, async ({ path, caller }) => {
    const { receiptOf } = await import('../domain/issue-receipt.ts');
    const receipt = receiptOf(await posts.get(caller.workspaceId, path.postId));
    return (await receiptKey()).sign(receipt);
  }),
  route(contract.getReceiptKey, async () => (await receiptKey()).publicKey),
  route(contract.verifyReceipt, async ({ body }) => ({ isValid: (await receiptKey()).isOwn(body) })),
];
