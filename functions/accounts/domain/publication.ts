import * as z from 'zod';
import type { PartOutcome } from '#events/publishing.ts';
import { AccountId, CampaignId, PostId, WorkspaceId } from '#shared/ids.ts';
import { Instant, instantAfter } from '#shared/time.ts';
import { Charge } from './usage.ts';

/** How far X's clock may be behind ours when the timeline is read from a time of ours. */
export const clockSkewMs = 2 * 60_000;

/** A call that may have put the part on X. */
export const Send = z.object({
  at: Instant,
  /**
   * SHA-256 of the comparable text. A digest, because a post can have 25,000 characters and an item keeps every open
   * send.
   */
  fingerprint: z.string(),
  /** SHA-256 of the words only; sends from before this field have none. */
  words: z.string().optional(),
  replyTo: z.string().nullable(),
  mediaCount: z.int().min(0),
});
export type Send = z.infer<typeof Send>;

/** Sends and X id of one part of a post. */
export const Publication = z.object({
  workspaceId: WorkspaceId,
  postId: PostId,
  part: z.int().min(0),
  accountId: AccountId,
  /** Counts the writes; each is conditional on no other write since the read. */
  version: z.int().min(0),
  /**
   * Sends that X is not known to have refused, oldest first. The last is the intent written before its call; it is
   * removed when X's refusal proves that nothing was posted.
   */
  sends: z.array(Send),
  published: z.object({ xPostId: z.string(), publishedAt: Instant }).nullable(),
  /**
   * X's charge for the part: counted once, before the first send that may have reached X. This is the ledger's entry.
   */
  charge: Charge.nullable().default(null),
  /** The campaign that pays for it. */
  campaignId: CampaignId.nullable().default(null),
});
export type Publication = z.infer<typeof Publication>;

export const unsent = ({
  workspaceId,
  postId,
  part,
  accountId,
  campaignId,
}: Pick<Publication, 'workspaceId' | 'postId' | 'part' | 'accountId' | 'campaignId'>): Publication => ({
  workspaceId,
  postId,
  part,
  accountId,
  campaignId,
  charge: null,
  version: 0,
  sends: [],
  published: null,
});

/** What to do with a part now. */
export type Step =
  | { do: 'answer'; outcome: PartOutcome }
  /** Read the account's timeline since then (UTC) before anything is sent. */
  | { do: 'look'; since: string }
  | { do: 'send' };

/** Returns the time (UTC) from which to read the timeline for a send. */
export const lookedAtFrom = (sentAt: string): string => instantAfter(sentAt, -clockSkewMs);

/**
 * Returns the next step: already published, wait until an open send has settled, look for it, or send.
 * @param settleMs milliseconds after which a send can no longer reach X and shows if it did (domain/pace.ts)
 */
export const nextStep = (publication: Publication, now: Date, settleMs: number): Step => {
  const { published, sends } = publication;
  if (published) return { do: 'answer', outcome: publishedOutcome(publication, published) };
  const [first] = sends;
  const last = sends.at(-1);
  if (!first || !last) return { do: 'send' };
  const settlesAt = instantAfter(last.at, settleMs);
  if (now.getTime() < Date.parse(settlesAt)) return { do: 'answer', outcome: unsettled(settlesAt) };
  return { do: 'look', since: lookedAtFrom(first.at) };
};

/** Returns the outcome of a published part. */
export const publishedOutcome = (
  { part, charge }: Publication,
  published: NonNullable<Publication['published']>,
): PartOutcome => ({ outcome: 'published', part, ...published, costMicros: charge?.micros ?? 0 });

/** Returns the publication with the intent of another, paid send, to be written before X is called. */
export const intend = (publication: Publication, send: Send, charge: Charge): Publication => ({
  ...publication,
  charge,
  sends: [...publication.sends, send],
});

/** Returns the publication without its last send, which X refused; if no send is left, also without the charge. */
export const withdraw = (publication: Publication): Publication =>
  withSends(publication, publication.sends.slice(0, -1));

/** Returns the publication when none of its sends reached X. */
export const abandon = (publication: Publication): Publication => withSends(publication, []);

const withSends = (publication: Publication, sends: Send[]): Publication => ({
  ...publication,
  sends,
  charge: sends.length === 0 ? null : publication.charge,
});

export const withPost = (publication: Publication, xPostId: string, publishedAt: string): Publication => ({
  ...publication,
  published: { xPostId, publishedAt },
});

/**
 * Whether X's "duplicate content" for the last send means that an earlier open send with the same text went through,
 * which is then looked for until it shows. Otherwise it is a refusal.
 */
export const isOwnDuplicate = ({ sends }: Publication): boolean =>
  sends.slice(0, -1).some(({ fingerprint }) => fingerprint === sends.at(-1)?.fingerprint);

export const unsettled = (retryAt: string): PartOutcome => ({ outcome: 'unsettled', retryAt });
