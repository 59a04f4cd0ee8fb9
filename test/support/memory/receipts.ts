import type { Deps } from '#functions/posts/deps.ts';
import type { SignedReceipt } from '#functions/posts/domain/receipt.ts';
import { hashOfReceipt } from '#functions/posts/domain/receipt-of.ts';

/** Chains of receipts in memory, by workspace. */
export const memoryReceipts = (): Deps['receipts'] => {
  const chains = new Map<string, SignedReceipt[]>();
  const chainOf = (workspaceId: string) => chains.get(workspaceId) ?? [];
  const ofPost = (workspaceId: string, postId: string) =>
    chainOf(workspaceId).find(({ receipt }) => receipt.postId === postId);
  return {
    find: async (workspaceId, postId) => ofPost(workspaceId, postId),
    async head(workspaceId) {
      const last = chainOf(workspaceId).at(-1);
      return { position: chainOf(workspaceId).length, hash: last ? hashOfReceipt(last.receipt) : null };
    },
    async append(signed, { position }) {
      const { workspaceId, postId } = signed.receipt;
      if (chainOf(workspaceId).length !== position || ofPost(workspaceId, postId)) return false;
      chains.set(workspaceId, [...chainOf(workspaceId), signed]);
      return true;
    },
  };
};
