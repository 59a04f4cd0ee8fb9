import { parseFeed } from '@rowanmanning/feed-parser';
import { decode } from 'html-entities';
import { beginningOf } from '#shared/text.ts';
import { type FeedItem, maxKnown } from '../domain/feed.ts';

/** An item parsed from a feed. */
export type FoundItem = Pick<FeedItem, 'itemId' | 'title' | 'url' | 'summary' | 'publishedAt'>;

/** Items of a feed that are parsed: as many as are remembered. */
const maxItems = maxKnown;

const longestTitle = 300;
const longestSummary = 500;
const longestId = 2_048;

/** Characters that change the direction of the surrounding text (Unicode: bidirectional formatting characters). */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Parses the items of a feed (RSS or Atom), newest first. A document that declares entities is rejected: feeds do not
 * need them, and they can expand to gigabytes.
 * @throws Error if the document is not a feed
 */
export const itemsIn = (bytes: Uint8Array, contentType: string | undefined): FoundItem[] => {
  const document = textOf(bytes, contentType);
  if (/<!ENTITY/i.test(document)) throw new Error('The feed declares entities');
  const feed = parseFeed(document);
  const bases = [feed.element.baseUrl, feed.url];
  return newestFirst(feed.items)
    .slice(0, maxItems)
    .flatMap((item) => {
      const { id, title: heading, description, content, published, updated } = item;
      const link = linkOf(item.element, bases);
      const title = plain(heading, longestTitle);
      const url = addressOf(link ?? permalinkOf(item));
      const summary = plain(description ?? content, longestSummary);
      const publishedAt = instantOf(published ?? updated);
      const itemId = (id ?? link ?? (recordingOf(item) || title || summary)).slice(0, longestId);
      return itemId === '' ? [] : [{ itemId, title, url, summary, publishedAt }];
    });
};

type ParsedItem = ReturnType<typeof parseFeed>['items'][number];

/** Nearly all feeds list the newest item first; reverses those that do not. */
const newestFirst = (items: readonly ParsedItem[]): readonly ParsedItem[] => {
  const [first, last] = [items[0]?.published, items.at(-1)?.published];
  return first && last && first < last ? items.toReversed() : items;
};

/**
 * Returns the link of an item: the text of `link` (RSS), or its `href` (Atom). Not left to the parser, which searches
 * the entire feed for each item: half a megabyte can take it a minute.
 * @param bases URLs that a relative link is resolved against; the first usable one applies
 */
const linkOf = (item: ParsedItem['element'], bases: readonly (string | null)[]): string | null => {
  const links = item.findElementsWithName('link');
  const said = links.map((link) => link.textContentNormalized).find((text) => text !== '');
  const link =
    links.find((each) => each.getAttribute('rel') === 'alternate') ??
    links.find((each) => each.getAttribute('rel') === null);
  const url = said ?? link?.getAttribute('href')?.trim() ?? '';
  return url === '' ? null : [item.getAttribute('xml:base'), ...bases].reduce<string>(resolved, url);
};

/** Resolves a relative URL; an absolute one is returned unchanged. */
const resolved = (url: string, base: string | null): string =>
  base === null || URL.canParse(url) ? url : (URL.parse(url, base)?.href ?? url);

/** The URL of an RSS item without a link: its id, unless `isPermaLink` is false (RSS 2.0). */
const permalinkOf = ({ id, element }: ParsedItem): string | null => {
  const guid = element.findElementWithName('guid');
  return guid && guid.getAttribute('ispermalink') !== 'false' ? id : null;
};

/** The URL of a podcast item's recording, unchanged. */
const recordingOf = ({ element }: ParsedItem): string | null =>
  element.findElementWithName('enclosure')?.getAttribute('url')?.trim() ?? null;

/**
 * Decodes a feed by its byte order mark, content type or XML declaration, in that order. Invalid bytes are replaced.
 */
const textOf = (bytes: Uint8Array, contentType = ''): string => {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const [, said] =
    /charset="?([\w-]+)/i.exec(contentType) ?? /<\?xml[^>]{0,100}encoding=["']([\w-]+)/i.exec(start) ?? [];
  try {
    return new TextDecoder(byteOrderMarks.find(([mark]) => start.startsWith(mark))?.[1] ?? said ?? 'utf-8').decode(
      bytes,
    );
  } catch {
    return new TextDecoder().decode(bytes);
  }
};

/** Byte order marks and their encodings, which override any declared encoding (Encoding Standard: BOM sniff). */
const byteOrderMarks = [
  ['\u00ef\u00bb\u00bf', 'utf-8'],
  ['\u00fe\u00ff', 'utf-16be'],
  ['\u00ff\u00fe', 'utf-16le'],
] as const;

/** Inline tags, which do not separate words. */
const inline =
  /<\/?(?:a|abbr|b|cite|code|del|em|font|i|ins|mark|q|s|small|span|strong|su[bp]|time|u|wbr)(?:\s[^<>]*)?>/gi;

/** HTML as plain text on one line, truncated between characters. Text such as `<3` is not taken for a tag. */
const plain = (html: string | null, longest: number): string =>
  beginningOf(
    decode(
      (html ?? '')
        .slice(0, 20_000)
        .replace(inline, '')
        .replace(/<[a-z/!?][^<>]*>/gi, ' '),
    )
      .replace(turning, '')
      .replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ')
      .trim(),
    longest,
  );

/** Returns a web address, unless it contains a user name or password, which would obscure its host. */
const addressOf = (said: string | null): string | null => {
  const url = said !== null && said.length <= 2_048 ? URL.parse(said) : null;
  const isWeb = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return isWeb ? url.href : null;
};

const instantOf = (date: Date | null): string | null =>
  date && !Number.isNaN(date.getTime()) && date.getUTCFullYear() >= 1970 && date.getUTCFullYear() <= 9_999
    ? date.toISOString()
    : null;
