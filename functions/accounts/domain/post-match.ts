import { createHash } from 'node:crypto';
import { composed } from '../../../shared/composed.ts';

/**
 * A post as X shows it, as far as telling posts apart needs it. What X leaves out, or shows in a form that it does not
 * document, is undefined: nothing is known of it then.
 */
export interface ShownPost {
  xPostId: string;
  /** The whole text, also of a long post; links as t.co links, `&`, `<` and `>` as HTML entities. */
  text: string | undefined;
  /** The text may go on: it is the beginning of a long post whose whole X does not show. */
  isCut?: boolean;
  /** The t.co links in it. `expandedUrl` is what was written, with `http://` before what had no scheme. */
  links: readonly { url: string; expandedUrl: string }[];
  /** The post it replies to; null when it is no reply. */
  replyTo: string | null | undefined;
  /** Of whom it replies to a post; X leaves it out of what is no reply. */
  repliesToUser?: string | undefined;
  /** The first post of its conversation: itself, when it is no reply. */
  conversationId?: string | undefined;
  /** Null: X shows no attachments, as it does of a post that has none. */
  mediaCount: number | null | undefined;
  /** UTC. */
  createdAt: string | undefined;
}

const htmlEntities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/** X text and parent in the form in which a send and a post of the timeline are compared. */
export const fingerprintOf = (text: string, isReply: boolean): string =>
  createHash('sha256').update(comparable(text, isReply)).digest('base64url');

/** X appends a link of its own for the attached media: `https://x.com/<user>/status/<id>/photo/1`. */
const mediaLink = /^https?:\/\/(?:x|twitter)\.com\/\w+\/status\/\d+\/(?:photo|video)\/\d+$/i;

/** The text somebody wrote, from the one X shows: t.co links expanded, HTML entities undone, media links left out. */
export const writtenText = ({ text, links }: { text: string } & Pick<ShownPost, 'links'>): string => {
  const expanded = new Map(
    links.map(({ url, expandedUrl }) => [url, mediaLink.test(expandedUrl) ? '' : expandedUrl] as const),
  );
  return text
    .replace(/https:\/\/t\.co\/\w+/g, (url) => expanded.get(url) ?? url)
    .replace(/&(?:amp|lt|gt);/g, (entity) => htmlEntities[entity] ?? entity);
};

/**
 * The form in which the text we sent and the text X shows are the same: NFC (as X counts), without what X adds or takes
 * away (schemes of links, percent-encoding in them, white space at the ends and in runs, mentions it puts before a
 * reply).
 */
export const comparable = (text: string, isReply: boolean): string =>
  composed(
    (isReply ? text.trimStart().replace(/^(?:@\w+\s+)+/, '') : text)
      .replace(/https?:\/\//gi, '')
      .replace(/(?:%[0-9a-f]{2})+/gi, decoded),
  )
    .replace(/\s+/g, ' ')
    .trim();

const decoded = (run: string): string => {
  try {
    return decodeURIComponent(run);
  } catch {
    // Not UTF-8: it stays as it is, on both sides.
    return run.toUpperCase();
  }
};

/** The links of X that the answer does not explain: the text behind them is unknown. */
const unknownLinks = ({ text, links }: { text: string } & Pick<ShownPost, 'links'>): string[] => {
  const known = new Set(links.map(({ url }) => url));
  return (text.match(/https:\/\/t\.co\/\w+/g) ?? []).filter((url) => !known.has(url));
};

/** Whether X shows the whole text, with what is behind its links. */
export const isWhole = ({ text, links, isCut = false }: ShownPost): boolean =>
  text !== undefined && !isCut && unknownLinks({ text, links }).length === 0;

/** Whether X names a link of its own in it, as it does for attached media. */
export const namesMedia = ({ links }: ShownPost): boolean =>
  links.some(({ expandedUrl }) => mediaLink.test(expandedUrl));

/** In the place of what X does not show: a character of the private use area, which nobody writes. */
const anything = '\uE000';

/** Whether a text of which X does not show all may be this one: it is, as far as X shows it. */
export const mayRead = ({ text, links, isCut = false }: ShownPost, sent: string, isReply: boolean): boolean => {
  if (text === undefined) return true;
  const hidden = new Set(unknownLinks({ text, links }));
  const known = text.replace(/https:\/\/t\.co\/\w+/g, (url) => (hidden.has(url) ? anything : url));
  // X cuts with an ellipsis, and a link to the whole.
  const open = isCut ? known.replace(new RegExp(`…?\\s*${anything}?\\s*$`), anything) : known;
  const pieces = comparable(writtenText({ text: open, links }), isReply).split(anything);
  const ours = comparable(sent, isReply);
  let from = 0;
  for (const [place, piece] of pieces.map((each) => each.trim()).entries()) {
    const found = place === pieces.length - 1 && place > 0 ? ours.lastIndexOf(piece) : ours.indexOf(piece, from);
    if (found < from || (place === 0 && found !== 0)) return false;
    from = found + piece.length;
  }
  return true;
};
