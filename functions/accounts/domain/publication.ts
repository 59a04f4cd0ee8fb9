import * as z from 'zod';
import type { PartOutcome } from '#events/publishing.ts';
import { AccountId, CampaignId, PostId, WorkspaceId } from '#shared/ids.ts';
import { Instant, instantAfter } from '#shared/time.ts';
import { Charge } from './usage.ts';

/** How far X's clock may be behind ours when the timeline is read since an instant of ours. */
export const clockSkewMs = 2 * 60_000;

/** One call that may have put the part on X. */
export const Send = z.object({
  at: Instant,
  /** SHA-256 of the comparable text: a post is up to 25,000 characters long, and an item keeps every open send. */
  fingerprint: z.string(),
  /** SHA-256 of its words alone; sends from before it was kept have none. */
  words: z.string().optional(),
  replyTo: z.string().nullable(),
  mediaCount: z.int().min(0),
});
export type Send = z.infer<typeof Send>;

/** How one part of a post gets onto X. */
export const Publication = z.object({
  workspaceId: WorkspaceId,
  postId: PostId,
  part: z.int().min(0),
  accountId: AccountId,
  /** Counts the writes; each is conditional on no other write since the read. */
  version: z.int().min(0),
  /**
   * Sends that X is not known to have refused, oldest first. The last is the intent that was written before its call; a
   * refusal that proves that nothing was posted takes it back.
   */
  sends: z.array(Send),
  published: z.object({ xPostId: z.string(), publishedAt: Instant }).nullable(),
  /** What X bills for it: counted before the first send that may have landed, and once. It is the ledger's entry. */
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

/** What to do about a part now. */
export type Step =
  | { do: 'answer'; outcome: PartOutcome }
  /** Read the account's timeline since then (UTC), before anything is sent. */
  | { do: 'look'; since: string }
  | { do: 'send' };

/** Since when (UTC) the timeline is read for a send at that instant. */
export const lookedAtFrom = (sentAt: string): string => instantAfter(sentAt, -clockSkewMs);

/**
 * The next step: out already, wait until an open send has settled, look for it, or send.
 * @param settleMs after how many milliseconds a send can no longer land, and shows if it did (domain/pace.ts)
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

/** The published outcome of a part that is out. */
export const publishedOutcome = (
  { part, charge }: Publication,
  published: NonNullable<Publication['published']>,
): PartOutcome => ({ outcome: 'published', part, ...published, costMicros: charge?.micros ?? 0 });

/** The publication with the intent of one more send, which is paid for: written before X is called. */
export const intend = (publication: Publication, send: Send, charge: Charge): Publication => ({
  ...publication,
  charge,
  sends: [...publication.sends, send],
});

/** The publication without its last send, which X has refused; if none is left, nothing has to be paid. */
export const withdraw = (publication: Publication): Publication =>
  withSends(publication, publication.sends.slice(0, -1));

/** The publication when none of its sends has landed. */
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
 * What X's "duplicate content" means of the last send: on a first one a refusal; when an open send before it had the
 * same text, that this one went through, so that it is to be looked for until it shows.
 */
export const isOwnDuplicate = ({ sends }: Publication): boolean =>
  sends.slice(0, -1).some(({ fingerprint }) => fingerprint === sends.at(-1)?.fingerprint);

export const unsettled = (retryAt: string): PartOutcome => ({ outcome: 'unsettled', retryAt });
