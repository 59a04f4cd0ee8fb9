import {
  fingerprintOf,
  hasMediaAppended,
  hasOtherLink,
  isWhole,
  mayRead,
  namesMediaOfOthers,
  readingsOf,
  type ShownPost,
  wordprintOf,
  writtenText,
} from './post-match.ts';
import { clockSkewMs, type Send } from './publication.ts';

/**
 * Result of a comparison. What cannot be compared proves nothing either way: a post that X shows only in part is
 * `unclear`, unless another field shows that it is a different post.
 */
export type Verdict = 'same' | 'other' | 'unclear';

/** What to look for: the sends of a part that may have reached X, and what else is known about it. */
export interface Sought {
  sends: readonly Send[];
  /** The part's current text, which may have changed since a send. */
  text: string;
  /** The X user who posts. */
  ownUserId: string;
  /** The first post of the thread; undefined for the first part, and while it is unknown. */
  firstXPostId: string | undefined;
}

/** Returns whether the post is one of the sends. */
export const verdictOn = (shown: ShownPost, sought: Sought): Verdict => {
  const verdicts = sought.sends.map((send) => compare(shown, send, sought));
  return verdicts.includes('same') ? 'same' : verdicts.includes('unclear') ? 'unclear' : 'other';
};

/** One difference decides `other`; without any, one field that cannot be compared makes it `unclear`. */
const compare = (shown: ShownPost, send: Send, sought: Sought): Verdict => {
  const verdicts = [
    byTime(shown, send),
    byParent(shown, send, sought),
    byMedia(shown, send),
    byText(shown, send, sought),
  ];
  return verdicts.includes('other') ? 'other' : verdicts.includes('unclear') ? 'unclear' : 'same';
};

const sameIf = (isSame: boolean): Verdict => (isSame ? 'same' : 'other');

const byTime = ({ createdAt }: ShownPost, { at }: Send): Verdict =>
  createdAt === undefined ? 'unclear' : sameIf(Date.parse(createdAt) >= Date.parse(at) - clockSkewMs);

/**
 * A text is `other` when its words differ or it has a link that was not sent. Any other difference is `unclear`,
 * because X may have changed our text that way.
 */
const byText = (shown: ShownPost, send: Send, { text }: Sought): Verdict => {
  const { xPostId, text: seen, links } = shown;
  if (seen === undefined) return 'unclear';
  const isReply = send.replyTo !== null;
  const whole = { xPostId, text: seen, links };
  if (readingsOf(whole).some((reading) => fingerprintOf(reading, isReply) === send.fingerprint)) return 'same';
  // If the part's text has changed since the send, only the send's fingerprints are known.
  const isKnown = fingerprintOf(text, isReply) === send.fingerprint;
  if (!isWhole(shown)) return isKnown && !mayRead(shown, text, isReply) ? 'other' : 'unclear';
  const words = isKnown ? wordprintOf(text, isReply) : send.words;
  if (wordprintOf(writtenText(whole), isReply) !== words) return 'other';
  return isKnown && hasOtherLink(shown, text) ? 'other' : 'unclear';
};

/** X names the parent post, its user and the conversation; any of them can decide when others are missing. */
const byParent = (shown: ShownPost, { replyTo }: Send, { ownUserId, firstXPostId }: Sought): Verdict => {
  if (shown.replyTo !== undefined) return sameIf(shown.replyTo === replyTo);
  const { xPostId, repliesToUser, conversationId } = shown;
  const isReply = repliesToUser !== undefined || (conversationId !== undefined && conversationId !== xPostId);
  if (replyTo === null) return isReply ? 'other' : 'unclear';
  if (repliesToUser !== undefined && repliesToUser !== ownUserId) return 'other';
  if (conversationId === undefined || firstXPostId === undefined) return 'unclear';
  if (conversationId !== firstXPostId) return 'other';
  // A reply to ourselves in our thread; only another part could have the same words there.
  return repliesToUser === undefined ? 'unclear' : 'same';
};

const byMedia = (shown: ShownPost, { mediaCount }: Send): Verdict => {
  if (mediaCount === 0 && hasMediaAppended(shown)) return 'other';
  if (typeof shown.mediaCount === 'number') {
    // X can count the media of another post, behind a link to it, as media of this one.
    return sameIf(shown.mediaCount === mediaCount || (shown.mediaCount > mediaCount && namesMediaOfOthers(shown)));
  }
  if (mediaCount > 0) return 'unclear';
  return shown.mediaCount === null ? 'same' : 'unclear';
};
