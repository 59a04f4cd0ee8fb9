import type { InsightSubject } from '../domain/insight.ts';
import type { ObservedPost } from '../domain/observed-post.ts';

/** Whether a post belongs to an account or campaign. */
export const belongsTo = ({ accountId, campaignId }: ObservedPost, subject: InsightSubject): boolean =>
  subject.type === 'account' ? accountId === subject.accountId : campaignId === subject.campaignId;
