import { createHash } from 'node:crypto';
import { composed } from '#shared/composed.ts';

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
  /** The t.co links in it. `expandedUrl` is the written link, with `http://` before one without a scheme. */
  links: readonly { url: string; expandedUrl: string }[];
  /** The post it replies to; null when it is no reply. */
  replyTo: string | null | undefined;
  /** The user whose post it replies to; X leaves it out if the post is no reply. */
  repliesToUser?: string | undefined;
  /** The first post of its conversation: itself, when it is no reply. */
  conversationId?: string | undefined;
  /** Null: X shows no attachments, as for a post that has none. */
  mediaCount: number | null | undefined;
  /** UTC. */
  createdAt: string | undefined;
}

/** What of a post its text is read from. */
type ShownText = Pick<ShownPost, 'xPostId' | 'links'> & { text: string };

const htmlEntities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };
const htmlEntity = /&(?:amp|lt|gt);/g;
const unescaped = (text: string): string => text.replace(htmlEntity, (entity) => htmlEntities[entity] ?? entity);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** X text and parent in the form in which a send and a post of the timeline are compared. */
export const fingerprintOf = (text: string, isReply: boolean): string => sha256(comparable(text, isReply));

/** The same of the words alone: a text whose words differ is another one, whatever X makes of texts. */
export const wordprintOf = (text: string, isReply: boolean): string => sha256(wordsOf(text, isReply));

/** A link to the media of a post, `https://x.com/<user>/status/<id>/photo/1`, and which post that is. */
const mediaLink = /^https?:\/\/(?:(?:www|mobile)\.)?(?:x|twitter)\.com\/\w+\/status\/(\d+)\/(?:photo|video)\/\d+/i;

/** X appends such a link for the attached media of a post; links to media of other posts were typed. */
const isAppended = (expandedUrl: string, xPostId: string): boolean => mediaLink.exec(expandedUrl)?.[1] === xPostId;

/** Whether X has appended a link to its media. */
export const hasMediaAppended = ({ xPostId, links }: ShownPost): boolean =>
  links.some(({ expandedUrl }) => isAppended(expandedUrl, xPostId));

/** Whether the text has a link to the media of another post: X shows those as media of this one. */
export const namesMediaOfOthers = ({ xPostId, links }: ShownPost): boolean =>
  links.some(({ expandedUrl }) => mediaLink.test(expandedUrl) && !isAppended(expandedUrl, xPostId));

/** The text as typed, from the one X shows: t.co links expanded, HTML entities undone, X's media link left out. */
export const writtenText = (shown: ShownText): string => read(shown, ({ expandedUrl }) => expandedUrl);

/** The texts that X may show so: a t.co link may be one that was written. */
export const readingsOf = (shown: ShownText): string[] => [writtenText(shown), read(shown, ({ url }) => url)];

/** Each place is read once: what is behind a link has no entities in it, and what they stand for is no link. */
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

/** Percent-encoding undone where a link may be: in what has a dot. */
const linksDecoded = (text: string): string =>
  text.replace(/\S+/g, (word) => (word.includes('.') ? word.replace(percentRun, decoded) : word));

/**
 * The form in which the text we sent and the text X shows are the same: NFC (as X counts), without what X adds or takes
 * away (schemes of links, percent-encoding in them, white space at the ends and in runs, mentions it puts before a
 * reply).
 */
export const comparable = (text: string, isReply: boolean): string =>
  composed(linksDecoded(withoutMentions(text, isReply).replace(/https?:\/\//gi, '')))
    .replace(/\s+/g, ' ')
    .trim();

const decoded = (run: string): string => {
  try {
    return decodeURIComponent(run);
  } catch {
    // Not UTF-8: left unchanged, on both sides.
    return run.toUpperCase();
  }
};

/** Letters and digits alone, of one case and form: nothing that X is known to do to a text changes them. */
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

/** The letters and digits of a text but for its links, which X wraps, turns into quotes and cards, and may leave out. */
const wordsOf = (text: string, isReply: boolean): string =>
  lettersOf(withoutMentions(text, isReply).replace(/\S+/g, (word) => (mayBeLink(word) ? ' ' : word)));

/** The links of X that the answer does not explain: the text behind them is unknown. */
const unknownLinks = ({ text, links }: Pick<ShownText, 'text' | 'links'>): string[] => {
  const known = new Set(links.map(({ url }) => url));
  return (text.match(/https:\/\/t\.co\/\w+/g) ?? []).filter((url) => !known.has(url));
};

/** Whether X shows the whole text, with what is behind its links. */
export const isWhole = ({ text, links, isCut = false }: ShownPost): boolean =>
  text !== undefined && !isCut && unknownLinks({ text, links }).length === 0;

/** Stands for what X does not show: a private use character, which does not occur in posts. */
const anything = '\uE000';

/** Whether a text of which X does not show all may be this one: its words are, as far as X shows them. */
export const mayRead = (
  { xPostId, text, links, isCut = false }: ShownPost,
  sent: string,
  isReply: boolean,
): boolean => {
  if (text === undefined) return true;
  const hidden = new Set(unknownLinks({ text, links }));
  const known = text.replace(/https:\/\/t\.co\/\w+/g, (url) => (hidden.has(url) ? anything : url));
  // X cuts with an ellipsis, and a link to the whole.
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
 * Whether X shows a link that this text does not have. Links to X itself do not count: it writes them in several ways, and
 * unwraps its own t.co links.
 */
export const hasOtherLink = ({ links }: ShownPost, sent: string): boolean => {
  if (/\bt\.co\//i.test(sent)) return false;
  const ours = lettersOf(sent);
  return links.some(({ expandedUrl }) => {
    const url = URL.parse(expandedUrl);
    if (!url || /^(?:[\w-]+\.)*(?:x|twitter)\.com$|^t\.co$/.test(url.hostname)) return false;
    // X may write a host of other letters in ASCII (RFC 3492): then the part after the host decides.
    const isInAscii = /(?:^|\.)xn--/.test(url.hostname);
    const behind = `${url.pathname}${url.search}${url.hash}`;
    return !ours.includes(lettersOf(expandedUrl)) && !(isInAscii && ours.includes(lettersOf(`.${behind}`)));
  });
};
