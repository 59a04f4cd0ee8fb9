import { parseFeed } from '@rowanmanning/feed-parser';
import { decode } from 'html-entities';
import { beginningOf } from '#shared/text.ts';
import { type FeedItem, maxKnown } from '../domain/feed.ts';

/** An item as it stands in a feed. */
export type FoundItem = Pick<FeedItem, 'itemId' | 'title' | 'url' | 'summary' | 'publishedAt'>;

/** Items of one feed that are looked at: as many as are remembered. */
const maxItems = maxKnown;

const longestTitle = 300;
const longestSummary = 500;
const longestId = 2_048;

/** What turns the direction of the text around it (Unicode: bidirectional formatting characters). */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * The items of a feed (RSS, Atom), the newest first. A document that declares entities is refused: no feed needs them, and they
 * can stand for gigabytes.
 * @throws Error when it is no feed
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

/** As nearly all feeds are; one that goes from old to new is turned round. */
const newestFirst = (items: readonly ParsedItem[]): readonly ParsedItem[] => {
  const [first, last] = [items[0]?.published, items.at(-1)?.published];
  return first && last && first < last ? items.toReversed() : items;
};

/**
 * Where an item leads: by the text of its link (RSS), or its `href` (Atom). Read here, because the parser looks through the
 * whole feed for each item: a feed of half a megabyte can keep it busy for a minute.
 * @param bases that an address is relative to, the first one that there is
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

/** An address that is whole stays as it is. */
const resolved = (url: string, base: string | null): string =>
  base === null || URL.canParse(url) ? url : (URL.parse(url, base)?.href ?? url);

/** The address of an item of RSS that has no link: its id, unless it says that this is none (RSS 2.0: `isPermaLink`). */
const permalinkOf = ({ id, element }: ParsedItem): string | null => {
  const guid = element.findElementWithName('guid');
  return guid && guid.getAttribute('ispermalink') !== 'false' ? id : null;
};

/** The address of what an item of a podcast plays, as it is written. */
const recordingOf = ({ element }: ParsedItem): string | null =>
  element.findElementWithName('enclosure')?.getAttribute('url')?.trim() ?? null;

/** The text in the encoding that it begins with, or that is said of it; what is none of its characters is replaced. */
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

/** What a text may begin with, and the encoding that this says, whatever else is said of it (Encoding Standard: BOM sniff). */
const byteOrderMarks = [
  ['\u00ef\u00bb\u00bf', 'utf-8'],
  ['\u00fe\u00ff', 'utf-16be'],
  ['\u00ff\u00fe', 'utf-16le'],
] as const;

/** Tags within a line: they set no words apart. */
const inline =
  /<\/?(?:a|abbr|b|cite|code|del|em|font|i|ins|mark|q|s|small|span|strong|su[bp]|time|u|wbr)(?:\s[^<>]*)?>/gi;

/** HTML as plain text on one line, cut between characters. A sign such as `<3` begins no tag. */
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

/** A web address; none with a name and password, which would hide where it leads. */
const addressOf = (said: string | null): string | null => {
  const url = said !== null && said.length <= 2_048 ? URL.parse(said) : null;
  const isWeb = url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  return isWeb ? url.href : null;
};

const instantOf = (date: Date | null): string | null =>
  date && !Number.isNaN(date.getTime()) && date.getUTCFullYear() >= 1970 && date.getUTCFullYear() <= 9_999
    ? date.toISOString()
    : null;
