import { type Caller, type Route, route } from '#shared/http/route.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import type { Post } from '../domain/post.ts';
import type { SignedReceipt } from '../domain/receipt.ts';
import * as contract from './contract.ts';
import { receiptPage } from './page.ts';
import { sealedReceipt } from './seal.ts';

/** Routes of receipts. */
export const receiptRoutes = (deps: Deps): Route[] => {
  const { posts, receiptKey } = deps;

  /** Readers who may not see the cost get a receipt signed without it, which verifies like any other. */
  const receiptFor = async ({ role }: Caller, post: Post): Promise<SignedReceipt> => {
    const signed = await sealedReceipt(deps, post);
    if (mayDo(role, 'usage:read')) return signed;
    const { costMicros: _, ...receipt } = signed.receipt;
    return receiptKey.sign(receipt);
  };

  return [
    route(contract.getReceipt, async ({ path, caller }) => {
      const post = await posts.get(caller.workspaceId, path.postId);
      return receiptFor(caller, post);
    }),
    route(contract.getReceiptPage, async ({ path, caller }) => {
      const post = await posts.get(caller.workspaceId, path.postId);
      return receiptPage(await receiptFor(caller, post), post);
    }),
    route(contract.getReceiptKey, async () => receiptKey.publicKey()),
    route(contract.verifyReceipt, async ({ body }) => ({ isValid: await receiptKey.isOwn(body) })),
  ];
};
