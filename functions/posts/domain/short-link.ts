import * as z from 'zod';
import { PostId, WorkspaceId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';

/** Letters and digits of a short link: 71 bits (62^12), which nobody can guess. */
export const LinkCode = z.string().regex(/^[0-9A-Za-z]{12}$/);

/** A link in a post's text, and the short link that is published in its place. */
export const ShortLink = z.object({
  part: z.int().min(0).meta({ description: 'Position of the part that contains the link, from 0' }),
  /** Start of the link in the text as written, in UTF-16 code units. */
  start: z.int().min(0),
  code: LinkCode,
  target: personal(
    z.string().meta({ description: 'Link as it was written and approved', examples: ['https://example.com/spring'] }),
    {
      why: 'to publish it',
      keptFor: keptFor.post,
      hasCommonName: true,
    },
  ),
  url: z.string().meta({
    description: 'Short link that is published in its place and redirects to `target`',
    examples: ['https://d111111abcdef8.cloudfront.net/l/4fKq0ZtX9bLm'],
  }),
});
export type ShortLink = z.infer<typeof ShortLink>;

/** Target of a short link. It never changes; the operator of the platform can disable it. */
export const Redirect = z.object({
  workspaceId: WorkspaceId,
  postId: PostId,
  code: LinkCode,
  target: personal(z.url(), { why: 'to lead readers to it', keptFor: keptFor.post, hasCommonName: true }),
  /** Since when the short link is disabled (UTC). */
  stoppedAt: Instant.nullable().default(null),
});
export type Redirect = z.infer<typeof Redirect>;

/** Clicks within one UTC hour, which `hour` begins. */
export interface HourlyClicks {
  hour: string;
  clicks: number;
}

/** Maximum number of short links per post; further links are published as written. */
export const maxShortLinks = 100;

/** Maximum length of a target, in bytes: the headers of a response may have 10 KB (Amazon API Gateway quotas). */
const longestTarget = 4096;

const xHosts = /^(?:[\w-]+\.)*(?:x\.com|twitter\.com|t\.co)$/;

/**
 * The URL of a short link.
 * @param linksUrl base of the stage's short links, without a trailing slash
 */
export const shortUrlOf = (linksUrl: string, code: string): string => `${linksUrl}/l/${code}`;

/**
 * The URL that a link in a text leads to; undefined if the link is not shortened: it is without `http://` or
 * `https://`, on X itself, which displays such links specially, too long, or already a short link.
 */
export const targetOf = (link: string, linksUrl: string): string | undefined => {
  if (!/^https?:\/\//i.test(link)) return undefined;
  const url = URL.parse(link);
  if (!url || xHosts.test(url.hostname) || url.href.length > longestTarget) return undefined;
  return url.href.startsWith(new URL(shortUrlOf(linksUrl, '')).href) ? undefined : url.href;
};

/** The text of a part as published, with short links in place of the links as written. */
export const withShortLinks = (text: string, links: readonly Pick<ShortLink, 'start' | 'target' | 'url'>[]): string => {
  let written = '';
  let from = 0;
  for (const { start, target, url } of links) {
    written += text.slice(from, start) + url;
    from = start + target.length;
  }
  return written + text.slice(from);
};
