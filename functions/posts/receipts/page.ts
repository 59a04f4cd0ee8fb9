import { escapeHtml } from '#shared/html.ts';
import { factsTable, printablePage } from '#shared/printable-page.ts';
import type { Post } from '../domain/post.ts';
import type { SignedReceipt } from '../domain/receipt.ts';

/** A field and its value; undefined leaves it out. */
type Row = readonly [name: string, value: string | undefined];

const style = `th { width: 11em } blockquote { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5em 0 }
`;

/** Formats micro-dollars as dollars, with all six decimals. */
const dollars = (micros: number): string => `USD ${Math.floor(micros / 1e6)}.${String(micros % 1e6).padStart(6, '0')}`;

/** Renders the receipt of a post, with the published text, as a page to print. Times are in UTC. */
export const receiptPage = ({ receipt, keyId, signature }: SignedReceipt, { parts }: Pick<Post, 'parts'>): string => {
  const { approval, chain } = receipt;
  const said: Row[] = [
    ['Post', receipt.postId],
    ['Workspace', receipt.workspaceId],
    ['Account', receipt.accountId],
    ['Campaign', receipt.campaignId ?? undefined],
    ['Written by', receipt.writtenBy ?? 'unknown'],
    ['Approved by', approval ? approval.decidedBy + (approval.isOverride ? ' (by override)' : '') : 'no one'],
    ['Approved at', approval?.decidedAt],
    ['Scheduled by', receipt.scheduledBy ?? (receipt.campaignId === null ? 'unknown' : 'its campaign')],
    ['Due at', receipt.dueAt],
    ['Published at', receipt.publishedAt],
    ['Lateness', `${receipt.latenessMs} ms`],
    ['Cost', receipt.costMicros === undefined ? undefined : dollars(receipt.costMicros)],
  ];
  const tries = receipt.attempts.map(({ at, outcome, code }): Row => [
    at,
    code === null ? outcome : `${outcome}: ${code}`,
  ]);
  const shown = receipt.xPosts.map(({ xPostId, publishedAt }): Row => [
    publishedAt,
    `https://x.com/i/status/${xPostId}`,
  ]);
  const links = (receipt.shortLinks ?? []).map(({ target, url }): Row => [url, target]);
  const proof: Row[] = [
    ['Content (SHA-256)', receipt.contentHash],
    ['Position in the chain', String(chain.position)],
    ['Previous receipt (SHA-256)', chain.previousHash ?? 'none (first receipt)'],
    ['Key', keyId],
    ['Signature (Ed25519)', signature],
  ];
  const words = parts.map(({ text }) => `<blockquote>${escapeHtml(text)}</blockquote>`).join('');
  const body = `<h1>Receipt of a post on X</h1>${factsTable(said)}
<h2>Published text</h2>${words}
${links.length > 0 ? `<h2>Short links in place of links</h2>${factsTable(links)}\n` : ''}<h2>On X</h2>${factsTable(shown)}
<h2>Attempts</h2>${factsTable(tries)}
<h2>Proof</h2>${factsTable(proof)}
<p>Anyone can verify the receipt (JSON) at <code>POST /v1/receipts/verify</code>, or with the public key at
<code>GET /v1/receipts/public-key</code>. All times are in UTC.</p>`;
  return printablePage({ title: `Receipt ${receipt.postId}`, style, body });
};
