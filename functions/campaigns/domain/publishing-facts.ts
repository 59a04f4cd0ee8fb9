import type * as content from '#events/campaign-content.ts';
import type { Trial } from './experiment.ts';

export type PostFacts = content.PostFacts;
export type PartFacts = content.PartFacts;
export type AccountFacts = content.AccountFacts;

/** A slot of the plan with what is known of its post; null where no such post is known. */
export interface SlotFacts {
  slotKey: string;
  trackId: string;
  accountId: string;
  /** UTC. */
  publishAt: string;
  post: PostFacts | null;
  /** Why its post could not be made of its template; left out where it could. */
  problem?: { code: string; message: string } | null;
  /** Its part in the experiment; null where it takes none. */
  trial?: Trial | null;
}
