import { route, type Route } from '../../../shared/http/route.ts';
import * as contract from '../contract/receipts.ts';
import type { Deps } from '../deps.ts';

/** What is attested of published posts. */
export const receiptRoutes = (deps: Deps): Route[] => {
  const { posts, receiptKey } = deps;
  return [
    route(contract.getReceipt, async ({ path, caller }) => {
      const post = await posts.get(caller.workspaceId, path.postId);
      return (await import('../sealing.ts')).sealedReceipt(deps, post);
    }),
    route(contract.getReceiptPage, async ({ path, caller }) => {
      const post = await posts.get(caller.workspaceId, path.postId);
      const receipt = await (await import('../sealing.ts')).sealedReceipt(deps, post);
      return (await import('../receipt-page.ts')).receiptPage(receipt, post);
    }),
    route(contract.getReceiptKey, async () => (await receiptKey()).publicKey),
    route(contract.verifyReceipt, async ({ body }) => ({ isValid: (await receiptKey()).isOwn(body) })),
  ];
};
