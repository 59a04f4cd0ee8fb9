import type { InsightSubject } from '../domain/insight.ts';
import type { ObservedPost } from '../domain/observed-post.ts';

/** Whether a post is one of the account or campaign. */
export const belongsTo = ({ accountId, campaignId }: ObservedPost, subject: InsightSubject): boolean =>
  subject.type === 'account' ? accountId === subject.accountId : campaignId === subject.campaignId;
