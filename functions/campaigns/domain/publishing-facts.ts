import type { AccountHealth } from '#events/accounts.ts';
import type { KnownPostStatus } from './known-post.ts';

/** What is known of a post that a slot is to publish, or of one that its template would make. */
export interface PostFacts {
  /** Null of one that is still to be made of a template. */
  postId: string | null;
  status: KnownPostStatus;
  /** The campaign that has taken it and is not over; null where none has. */
  campaignId: string | null;
  /** Digest of exactly what will go out, its account included. */
  contentHash: string;
  /** `outdated`: approved, and changed since. */
  approval: 'not_needed' | 'approved' | 'none' | 'submitted' | 'changes_requested' | 'outdated';
  /** Findings of the rules that have not been overridden. Warnings keep it from going out as well. */
  findings: readonly { rule: string; level: 'block' | 'warn'; message: string }[];
  media: readonly { mediaId: string; status: 'ready' | 'awaiting_upload' | 'missing'; hasAltText: boolean }[];
  /** One, or those of a thread. */
  parts: readonly PartFacts[];
}

export interface PartFacts {
  /** Whether X finds a link in the text. */
  hasUrl: boolean;
  /** Whether each of its links carries the campaign's parameters. */
  isMarked: boolean;
  /** Length as X counts. */
  weightedLength: number;
}

/** A slot of the plan with what is known of its post; null where no such post is known. */
export interface SlotFacts {
  slotKey: string;
  trackId: string;
  accountId: string;
  /** UTC. */
  publishAt: string;
  post: PostFacts | null;
}

/** What is known of a connected account. */
export interface AccountFacts {
  accountId: string;
  health: AccountHealth;
  /** Longest post, as X counts. */
  maxWeightedLength: number;
  /** Whether a person has confirmed what X demands of automated accounts. */
  isAutomationConfirmed: boolean;
}
