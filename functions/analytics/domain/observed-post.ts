import type { PostMetrics } from '#events/analytics.ts';
import type { PostFormat } from '#events/post-format.ts';

/** A published post with a reading of its counters, as insights use it. */
export interface ObservedPost {
  postId: string;
  accountId: string;
  campaignId: string | null;
  /** Variant of the campaign's experiment; null: none. */
  variant: string | null;
  /** UTC. */
  publishedAt: string;
  /** Null: published before formats were recorded. */
  format: PostFormat | null;
  /** The template that a campaign made it from; null: none. */
  templateId: string | null;
  /** When the counters were read (UTC). */
  measuredAt: string;
  metrics: PostMetrics;
}
