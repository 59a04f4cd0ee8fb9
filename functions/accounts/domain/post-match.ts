import { createHash } from 'node:crypto';
import { composed } from '#shared/composed.ts';

/**
 * A post as X shows it, as far as needed to tell posts apart. What X leaves out, or shows in an undocumented form, is
 * undefined: unknown.
 */
export interface ShownPost {
  xPostId: string;
  /** The full text, also of a long post; links as t.co links, and `&`, `<` and `>` as HTML entities. */
  text: string | undefined;
  /** Whether the text may be only the beginning of a long post that X does not show in full. */
  isCut?: boolean;
  /** The t.co links in the text. `expandedUrl` is the original link, with `http://` added where it had no scheme. */
  links: readonly { url: string; expandedUrl: string }[];
  /** The post it replies to; null when it is not a reply. */
  replyTo: string | null | undefined;
  /** The user it replies to; X leaves it out when it is not a reply. */
  repliesToUser?: string | undefined;
  /** The first post of its conversation; the post itself when it is not a reply. */
  conversationId?: string | undefined;
  /** Null: X shows no attachments, as for a post without any. */
  mediaCount: number | null | undefined;
  /** In UTC. */
  createdAt: string | undefined;
}

/** The fields from which a post's text is read. */
type ShownText = Pick<ShownPost, 'xPostId' | 'links'> & { text: string };

const htmlEntities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const htmlEntity = /&(?:amp|lt|gt);/g;
const unescaped = (text: string): string => text.replace(htmlEntity, (entity) => htmlEntities[entity] ?? entity);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Returns the digest by which the text of a send and of a post on the timeline are compared. */
export const fingerprintOf = (text: string, isReply: boolean): string => sha256(comparable(text, isReply));

/** Returns the digest of the words only: a text with different words is a different one, whatever X does to texts. */
export const wordprintOf = (text: string, isReply: boolean): string => sha256(wordsOf(text, isReply));

/** Matches a link to a post's media, `https://x.com/<user>/status/<id>/photo/1`, and captures the post's id. */
const mediaLink = /^https?:\/\/(?:(?:www|mobile)\.)?(?:x|twitter)\.com\/\w+\/status\/(\d+)\/(?:photo|video)\/\d+/i;

/** Whether X appended the link for the post's own media; links to media of other posts were typed. */
const isAppended = (expandedUrl: string, xPostId: string): boolean => mediaLink.exec(expandedUrl)?.[1] === xPostId;

/** Whether X appended a link to the post's media. */
export const hasMediaAppended = ({ xPostId, links }: ShownPost): boolean =>
  links.some(({ expandedUrl }) => isAppended(expandedUrl, xPostId));

/** Whether the text links to the media of another post, which X shows as media of this one. */
export const namesMediaOfOthers = ({ xPostId, links }: ShownPost): boolean =>
  links.some(({ expandedUrl }) => mediaLink.test(expandedUrl) && !isAppended(expandedUrl, xPostId));

/** Returns the text as typed: t.co links expanded, HTML entities decoded, and X's media link removed. */
export const writtenText = (shown: ShownText): string => read(shown, ({ expandedUrl }) => expandedUrl);

/** Returns the texts that X could be showing this way, since a t.co link may also have been typed. */
export const readingsOf = (shown: ShownText): string[] => [writtenText(shown), read(shown, ({ url }) => url)];

/**
 * Replaces links and entities in a single pass, so that expanded links are not decoded and decoded text is not
 * expanded.
 */
const read = ({ xPostId, text, links }: ShownText, linkAs: (link: ShownPost['links'][number]) => string): string => {
  const known = new Map(
    links.map((link) => [link.url, isAppended(link.expandedUrl, xPostId) ? '' : linkAs(link)] as const),
  );
  return text.replace(/https:\/\/t\.co\/\w+|&(?:amp|lt|gt);/g, (place) => known.get(place) ?? unescaped(place));
};

/** X puts mentions before the text of a reply. */
const withoutMentions = (text: string, isReply: boolean): string =>
  isReply ? text.trimStart().replace(/^(?:@\w+\s+)+/, '') : text;

const percentRun = /(?:%[0-9a-f]{2})+/gi;

/** Decodes percent-encoding in words that may be links, those with a dot. */
const linksDecoded = (text: string): string =>
  text.replace(/\S+/g, (word) => (word.includes('.') ? word.replace(percentRun, decoded) : word));

/**
 * Normalizes the text we sent and the text X shows to the same form: NFC (as X counts), without what X adds or removes
 * (schemes of links, percent-encoding in them, white space at the ends and in runs, mentions before a reply).
 */
export const comparable = (text: string, isReply: boolean): string =>
  composed(linksDecoded(withoutMentions(text, isReply).replace(/https?:\/\//gi, '')))
    .replace(/\s+/g, ' ')
    .trim();

const decoded = (run: string): string => {
  try {
    return decodeURIComponent(run);
  } catch {
    // Not UTF-8: kept, in the same form on both sides.
    return run.toUpperCase();
  }
};

/** Returns only letters and digits, in one case and form; nothing that X is known to do to a text changes them. */
const lettersOf = (text: string): string => {
  let plain = text;
  for (let before = ''; before !== plain;) [before, plain] = [plain, unescaped(plain)];
  return linksDecoded(plain.replace(/https?:\/\//gi, ' '))
    .normalize('NFKC')
    .toLowerCase()
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]+/gu, '');
};

const mayBeLink = (word: string): boolean => /:\/\/|[^.]\.[^.]/.test(word);

/**
 * Returns the letters and digits of a text without its links, which X wraps, turns into quotes and cards, or leaves
 * out.
 */
const wordsOf = (text: string, isReply: boolean): string =>
  lettersOf(withoutMentions(text, isReply).replace(/\S+/g, (word) => (mayBeLink(word) ? ' ' : word)));

/** Returns the t.co links that the response does not expand, so what they stand for is unknown. */
const unknownLinks = ({ text, links }: Pick<ShownText, 'text' | 'links'>): string[] => {
  const known = new Set(links.map(({ url }) => url));
  return (text.match(/https:\/\/t\.co\/\w+/g) ?? []).filter((url) => !known.has(url));
};

/** Whether X shows the full text with all its links expanded. */
export const isWhole = ({ text, links, isCut = false }: ShownPost): boolean =>
  text !== undefined && !isCut && unknownLinks({ text, links }).length === 0;

/** Placeholder for what X does not show: a private-use character, which does not occur in posts. */
const anything = '\uE000';

/** Whether a text that X shows only in part can be the sent one: the words match as far as X shows them. */
export const mayRead = (
  { xPostId, text, links, isCut = false }: ShownPost,
  sent: string,
  isReply: boolean,
): boolean => {
  if (text === undefined) return true;
  const hidden = new Set(unknownLinks({ text, links }));
  const known = text.replace(/https:\/\/t\.co\/\w+/g, (url) => (hidden.has(url) ? anything : url));
  // X cuts a text with an ellipsis and a link to the full post.
  const open = isCut ? known.replace(new RegExp(`…?\\s*${anything}?\\s*$`), anything) : known;
  const pieces = withoutMentions(writtenText({ xPostId, text: open, links }), isReply)
    .split(anything)
    .map(lettersOf);
  const ours = lettersOf(withoutMentions(sent, isReply));
  let from = 0;
  for (const [place, piece] of pieces.entries()) {
    const found = place === pieces.length - 1 && place > 0 ? ours.lastIndexOf(piece) : ours.indexOf(piece, from);
    if (found < from || (place === 0 && found !== 0)) return false;
    from = found + piece.length;
  }
  return true;
};

/**
 * Whether X shows a link that the text does not have. Links to X itself do not count: X writes them in several ways,
 * and unwraps its own t.co links.
 */
export const hasOtherLink = ({ links }: ShownPost, sent: string): boolean => {
  if (/\bt\.co\//i.test(sent)) return false;
  const ours = lettersOf(sent);
  return links.some(({ expandedUrl }) => {
    const url = URL.parse(expandedUrl);
    if (!url || /^(?:[\w-]+\.)*(?:x|twitter)\.com$|^t\.co$/.test(url.hostname)) return false;
    // X can write an international host name in ASCII (RFC 3492); then only the rest of the URL is compared.
    const isInAscii = /(?:^|\.)xn--/.test(url.hostname);
    const behind = `${url.pathname}${url.search}${url.hash}`;
    return !ours.includes(lettersOf(expandedUrl)) && !(isInAscii && ours.includes(lettersOf(`.${behind}`)));
  });
};
