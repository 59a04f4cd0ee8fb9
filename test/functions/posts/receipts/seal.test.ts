import { expect, test } from 'vitest';
import { newPublication } from '#functions/posts/domain/post.ts';
import { hashOfReceipt } from '#functions/posts/domain/receipt-of.ts';
import { receiptKeyFrom } from '#functions/posts/ports/receipt-key.ts';
import { sealedReceipt } from '#functions/posts/receipts/seal.ts';
import { receiptStore } from '#functions/posts/store/receipts.ts';
import { newId } from '#shared/ids.ts';
import { onTable } from '#test/support/on-table.ts';
import { aPost, noon, out, workspaceId } from '../samples.ts';

const publication = { ...newPublication(noon.toISOString()), parts: [out()], publishedAt: noon.toISOString() };

test('fifty concurrent first reads seal fifty receipts in one chain, without a gap or a fork', async () => {
  await onTable(
    [],
    () => noon,
    async (table) => {
      const receipts = receiptStore(table);
      const deps = { receipts, receiptKey: receiptKeyFrom('a secret of the tests') };
      const posts = Array.from({ length: 50 }, () =>
        aPost({ id: newId('pst', noon), status: 'published', publication }),
      );
      const given = await Promise.all(posts.map((post) => sealedReceipt(deps, post)));
      const chain = [...given].sort((one, other) => one.receipt.chain.position - other.receipt.chain.position);
      chain.forEach(({ receipt }, place) => {
        const before = chain[place - 1];
        const previousHash = before ? hashOfReceipt(before.receipt) : null;
        expect(receipt.chain).toEqual({ position: place + 1, previousHash });
      });
      const last = chain.at(-1);
      expect(await receipts.head(workspaceId)).toEqual({ position: 50, hash: last && hashOfReceipt(last.receipt) });

      // Fifty concurrent reads of one post seal one receipt.
      const one = aPost({ id: newId('pst', noon), status: 'published', publication });
      const same = await Promise.all(Array.from({ length: 50 }, () => sealedReceipt(deps, one)));
      expect(new Set(same.map((each) => JSON.stringify(each.receipt))).size).toBe(1);
      expect(await receipts.head(workspaceId)).toMatchObject({ position: 51 });
      expect(await sealedReceipt(deps, posts[7] ?? one)).toEqual(given[7]);
    },
  );
});
