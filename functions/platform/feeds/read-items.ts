import { parseFeed } from '@rowanmanning/feed-parser';
import { decode } from 'html-entities';
import type { FeedItem } from '../domain/feed.ts';

/** An item as it stands in a feed. */
export type FoundItem = Pick<FeedItem, 'itemId' | 'title' | 'url' | 'summary' | 'publishedAt'>;

/** Items of one feed that are looked at. */
const maxItems = 500;

const longestTitle = 300;
const longestSummary = 500;
const longestId = 2_048;

/** What turns the direction of the text around it (Unicode: bidirectional formatting characters). */
const turning = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * The items of a feed (RSS, Atom), in its order. A document that declares entities is refused: no feed needs them, and they
 * can stand for gigabytes.
 * @throws Error when it is no feed
 */
export const itemsIn = (bytes: Uint8Array, contentType: string | undefined): FoundItem[] => {
  const document = textOf(bytes, contentType);
  if (/<!ENTITY/i.test(document)) throw new Error('The feed declares entities');
  const feed = parseFeed(document);
  const bases = [feed.element.baseUrl, feed.url];
  return feed.items.slice(0, maxItems).flatMap((item) => {
    const { id, title, description, content, published, updated } = item;
    const url = linkOf(item.element, bases);
    const itemId = (id ?? url ?? '').slice(0, longestId);
    if (itemId === '') return [];
    return [
      {
        itemId,
        title: plain(title, longestTitle),
        url: addressOf(url),
        summary: plain(description ?? content, longestSummary),
        publishedAt: instantOf(published ?? updated),
      },
    ];
  });
};

type XmlElement = ReturnType<typeof parseFeed>['element'];

/**
 * Where an item leads: by the text of its link (RSS), or its `href` (Atom). Read here, because the parser looks through the
 * whole feed for each item: a feed of half a megabyte can keep it busy for a minute.
 * @param bases that an address is relative to, the first one that there is
 */
const linkOf = (item: XmlElement, bases: readonly (string | null)[]): string | null => {
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

/** The text in the encoding that is said of it; what is none of its characters is replaced. */
const textOf = (bytes: Uint8Array, contentType = ''): string => {
  const start = Buffer.from(bytes.subarray(0, 200)).toString('latin1');
  const [, said] =
    /charset="?([\w-]+)/i.exec(contentType) ?? /<\?xml[^>]{0,100}encoding=["']([\w-]+)/i.exec(start) ?? [];
  try {
    return new TextDecoder(said ?? 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
};

/** HTML as plain text on one line, cut between characters. */
const plain = (html: string | null, longest: number): string =>
  decode((html ?? '').slice(0, 20_000).replace(/<[^<>]*>/g, ' '))
    .replace(turning, '')
    .replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ')
    .trim()
    .slice(0, longest)
    .replace(/[\uD800-\uDBFF]$/, '');

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
