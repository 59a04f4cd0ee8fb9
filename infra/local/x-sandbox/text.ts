import { createHash } from 'node:crypto';
import twitterText from 'twitter-text';
import type { Entities } from './state.ts';

/**
 * Longer texts (in UTF-16 units) are not measured: hardly any of them weighs 25,000 or less, and twitter-text's
 * patterns take time quadratic in the length.
 */
const MEASURABLE_LENGTH = 30_000;

/** Emoji that twitter-text counts as several although they are in its table, which lacks the variation selector. */
const OLD_EMOJI = ['♾️', '👁️‍🗨️'];

/** Replaces an emoji that is newer than twitter-text's table, which ends with Emoji 11, by one in the table. */
const asKnownEmoji = (emoji: string): string =>
  OLD_EMOJI.includes(emoji) || twitterText.parseTweet(emoji).weightedLength === 2 ? emoji : '\u{1F600}';

/**
 * Returns the weighted length by twitter-text (configuration v3), with each emoji that is newer than its table counted
 * as 2. Infinity for a text beyond all limits.
 */
export function weightedLength(text: string): number {
  if (text.length > MEASURABLE_LENGTH) return Infinity;
  return twitterText.parseTweet(text.normalize('NFC').replace(/\p{RGI_Emoji}/gv, asKnownEmoji)).weightedLength;
}

/** Whether the text contains U+FFFE, U+FEFF or U+FFFF, which X does not allow in posts. */
export function hasInvalidCharacters(text: string): boolean {
  return twitterText.hasInvalidCharacters(text);
}

export function cashtagsOf(text: string): string[] {
  return twitterText.extractCashtags(text);
}

/** Whether the text mentions the user, ignoring case. */
export function mentions(text: string, username: string): boolean {
  return twitterText.extractMentions(text).some((name) => name.toLowerCase() === username.toLowerCase());
}

/** The link to the attached media that X appends to the text. */
interface MediaLink {
  url: string;
  mediaKey: string;
}

/**
 * Returns the text as X shows it: links become t.co links, `&`, `<` and `>` HTML entities, and the attached media's own
 * link is appended. Indices count code points, as X's do.
 *
 * @param seed of the t.co links: the post's id
 * @param userId looks up the user of a mention
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

/** Shortens a long post as in X's standard view: its beginning, an ellipsis, and a link to the full post. */
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

/** Returns the length in code points, in which X counts positions. */
export function lengthInCodePoints(text: string): number {
  return Array.from(text).length;
}

/** Maps positions in UTF-16 units to positions in code points. */
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
