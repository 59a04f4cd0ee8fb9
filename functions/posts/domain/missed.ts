import type { Post } from './post.ts';

/** Delay within which a post still counts as on time, in milliseconds. */
const graceMs = 5 * 60_000;

/**
 * Whether a due post may still be published. Lateness counts from the time it was scheduled for, whatever delayed it:
 * an outage, X's limits, an unavailable account, a pause. A post that is or may be partly on X always continues.
 */
export const missedOutcome = (
  { publication, missedPolicy }: Pick<Post, 'publication' | 'missedPolicy'>,
  now: Date,
): 'go' | 'missed' | 'ask' => {
  if (!publication || publication.parts.length > 0 || publication.isUnsettled) return 'go';
  const lateMs = now.getTime() - Date.parse(publication.dueAt);
  switch (missedPolicy.kind) {
    case 'publish_late':
      return lateMs <= missedPolicy.withinMinutes * 60_000 ? 'go' : 'missed';
    case 'skip':
      return lateMs <= graceMs ? 'go' : 'missed';
    case 'ask':
      return lateMs <= graceMs ? 'go' : 'ask';
  }
};
