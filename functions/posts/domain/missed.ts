import type { Post } from './post.ts';

/** A post this late is not late by accident any more. In milliseconds. */
const graceMs = 5 * 60_000;

/**
 * Whether a post that is due may still go out. Lateness counts from the instant it was asked for, whatever kept it back:
 * an outage, X's limits, an unavailable account, a pause. What is partly out, or may be, goes on to its end.
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
