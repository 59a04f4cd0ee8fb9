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
 * The result of a comparison. What cannot be compared is no evidence, neither that a post is the one that was sent nor
 * that it is another: a post that X does not show whole is `unclear`, unless another field shows that it is another.
 */
export type Verdict = 'same' | 'other' | 'unclear';

/** What is looked for: the sends of one part that may have landed, and what else is known of it. */
export interface Sought {
  sends: readonly Send[];
  /** The text of the part as it is now; it may have been changed since a send. */
  text: string;
  /** The X user who posts. */
  ownUserId: string;
  /** The first post of its thread; undefined of the first part, and while that is not known. */
  firstXPostId: string | undefined;
}

/** Whether that post is one of the sends. */
export const verdictOn = (shown: ShownPost, sought: Sought): Verdict => {
  const verdicts = sought.sends.map((send) => compare(shown, send, sought));
  return verdicts.includes('same') ? 'same' : verdicts.includes('unclear') ? 'unclear' : 'other';
};

/** One difference is enough; without any, one field that cannot be compared leaves it open. */
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
 * A text is another one when its words are, or when it has a link that was not sent. One that differs in something else is
 * not known again, which does not make it another: X may have made that of ours.
 */
const byText = (shown: ShownPost, send: Send, { text }: Sought): Verdict => {
  const { xPostId, text: seen, links } = shown;
  if (seen === undefined) return 'unclear';
  const isReply = send.replyTo !== null;
  const whole = { xPostId, text: seen, links };
  if (readingsOf(whole).some((reading) => fingerprintOf(reading, isReply) === send.fingerprint)) return 'same';
  // Of a send with another text than the part has now only the fingerprints are kept.
  const isKnown = fingerprintOf(text, isReply) === send.fingerprint;
  if (!isWhole(shown)) return isKnown && !mayRead(shown, text, isReply) ? 'other' : 'unclear';
  const words = isKnown ? wordprintOf(text, isReply) : send.words;
  if (wordprintOf(writtenText(whole), isReply) !== words) return 'other';
  return isKnown && hasOtherLink(shown, text) ? 'other' : 'unclear';
};

/**
 * X names the post that is replied to, the user, and the conversation: any of them can decide if others are missing.
 */
const byParent = (shown: ShownPost, { replyTo }: Send, { ownUserId, firstXPostId }: Sought): Verdict => {
  if (shown.replyTo !== undefined) return sameIf(shown.replyTo === replyTo);
  const { xPostId, repliesToUser, conversationId } = shown;
  const isReply = repliesToUser !== undefined || (conversationId !== undefined && conversationId !== xPostId);
  if (replyTo === null) return isReply ? 'other' : 'unclear';
  if (repliesToUser !== undefined && repliesToUser !== ownUserId) return 'other';
  if (conversationId === undefined || firstXPostId === undefined) return 'unclear';
  if (conversationId !== firstXPostId) return 'other';
  // In our thread, as a reply to ourselves: only another part could have these words there.
  return repliesToUser === undefined ? 'unclear' : 'same';
};

const byMedia = (shown: ShownPost, { mediaCount }: Send): Verdict => {
  if (mediaCount === 0 && hasMediaAppended(shown)) return 'other';
  if (typeof shown.mediaCount === 'number') {
    // What a link to the media of another post leads to may count as media of this one.
    return sameIf(shown.mediaCount === mediaCount || (shown.mediaCount > mediaCount && namesMediaOfOthers(shown)));
  }
  if (mediaCount > 0) return 'unclear';
  return shown.mediaCount === null ? 'same' : 'unclear';
};
