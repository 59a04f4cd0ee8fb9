import { createHash } from 'node:crypto';
import twitterText from 'twitter-text';
import type { Entities } from './state.ts';

/**
 * Longer texts (in UTF-16 units) are not even measured: hardly one of them weighs 25,000 or less, and the time of
 * twitter-text's patterns grows with the square of the length.
 */
const MEASURABLE_LENGTH = 30_000;

/** What twitter-text takes for several emoji though its table knows them: the variation selector is not in it. */
const OLD_EMOJI = ['♾️', '👁️‍🗨️'];

/** An emoji that is newer than the table of twitter-text, which ends with Emoji 11, as one that is in it. */
const asKnownEmoji = (emoji: string): string =>
  OLD_EMOJI.includes(emoji) || twitterText.parseTweet(emoji).weightedLength === 2 ? emoji : '\u{1F600}';

/**
 * The weighted length by twitter-text (configuration v3), with each emoji that is newer than its table counted as 2.
 * Infinity for a text beyond all limits.
 */
export function weightedLength(text: string): number {
  if (text.length > MEASURABLE_LENGTH) return Infinity;
  return twitterText.parseTweet(text.normalize('NFC').replace(/\p{RGI_Emoji}/gv, asKnownEmoji)).weightedLength;
}

/** U+FFFE, U+FEFF and U+FFFF are not allowed in a post. */
export function hasInvalidCharacters(text: string): boolean {
  return twitterText.hasInvalidCharacters(text);
}

export function cashtagsOf(text: string): string[] {
  return twitterText.extractCashtags(text);
}

/** Whether the text names the user, in any case. */
export function mentions(text: string, username: string): boolean {
  return twitterText.extractMentions(text).some((name) => name.toLowerCase() === username.toLowerCase());
}

/** The link of the attached media, which X appends to the text. */
interface MediaLink {
  url: string;
  mediaKey: string;
}

/**
 * What X shows for what a client sent: links become t.co links, `&`, `<` and `>` become HTML entities, the attached
 * media's own link is appended. Indices count code points, as X's do.
 *
 * @param seed makes the t.co links; the post's id
 * @param userId looks up whom a mention means
 */
export function presentText(
  raw: string,
  seed: string,
  media: MediaLink | undefined,
  userId: (username: string) => string | undefined,
): { text: string; entities: Entities; hasUrl: boolean } {
  const links = twitterText.extractUrlsWithIndices(raw);
  const urls: Entities['urls'] = [];
  let text = '';
  let length = 0;
  let done = 0;
  const appendText = (part: string) => {
    text += part;
    length += lengthInCodePoints(part);
  };
  const appendLink = (expanded: string, mediaKey?: string) => {
    const url = shortLink(`${seed}/${urls.length}`);
    const start = length;
    const entity = { start, end: start + url.length, url, expanded_url: expanded, display_url: displayUrl(expanded) };
    urls.push({ ...entity, ...(mediaKey !== undefined && { media_key: mediaKey }) });
    appendText(url);
  };
  for (const { url, indices } of links) {
    appendText(escapeText(raw.slice(done, indices[0])));
    appendLink(/^https?:\/\//i.test(url) ? url : `http://${url}`);
    done = indices[1];
  }
  appendText(escapeText(raw.slice(done)));
  if (media !== undefined) {
    if (text !== '') appendText(' ');
    appendLink(media.url, media.mediaKey);
  }
  return { text, entities: { urls, ...tagsOf(text, userId) }, hasUrl: links.length > 0 };
}

/** What a standard view shows of a long post: its beginning, an ellipsis, and a link to the whole. */
export function shortened(text: string, seed: string): string {
  return `${Array.from(text).slice(0, 250).join('')}… ${shortLink(`${seed}/more`)}`;
}

function tagsOf(text: string, userId: (username: string) => string | undefined): Omit<Entities, 'urls'> {
  const positions = codePointPositions(text);
  const at = ([start, end]: [number, number]) => ({ start: positions[start] ?? 0, end: positions[end] ?? 0 });
  return {
    hashtags: twitterText.extractHashtagsWithIndices(text).map((tag) => ({ ...at(tag.indices), tag: tag.hashtag })),
    cashtags: twitterText.extractCashtagsWithIndices(text).map((tag) => ({ ...at(tag.indices), tag: tag.cashtag })),
    mentions: twitterText.extractMentionsWithIndices(text).map((mention) => {
      const id = userId(mention.screenName);
      return { ...at(mention.indices), username: mention.screenName, ...(id !== undefined && { id }) };
    }),
  };
}

/** X counts positions in code points. */
export function lengthInCodePoints(text: string): number {
  return Array.from(text).length;
}

/** For each position in UTF-16 units, the one in code points. */
function codePointPositions(text: string): Uint32Array {
  const positions = new Uint32Array(text.length + 1);
  let unit = 0;
  let point = 0;
  for (const character of text) {
    positions[unit] = point;
    unit += character.length;
    point += 1;
  }
  positions[unit] = point;
  return positions;
}

function shortLink(seed: string): string {
  return `https://t.co/${createHash('sha256').update(seed).digest('base64url').replace(/[-_]/g, 'x').slice(0, 10)}`;
}

function displayUrl(url: string): string {
  const bare = url.replace(/^https?:\/\/(www\.)?/i, '');
  return bare.length > 27 ? `${bare.slice(0, 26)}…` : bare;
}

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
