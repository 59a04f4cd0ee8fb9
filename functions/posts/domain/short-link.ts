import * as z from 'zod';
import { PostId, WorkspaceId } from '#shared/ids.ts';
import { keptFor, personal } from '#shared/privacy/personal-data.ts';
import { Instant } from '#shared/time.ts';

/** Letters and digits of a short link: 71 bits, which nobody guesses (62^12). */
export const LinkCode = z.string().regex(/^[0-9A-Za-z]{12}$/);

/** A link of a post's text, and the short one that goes out in its place. */
export const ShortLink = z.object({
  part: z.int().min(0).meta({ description: 'Position of the part that contains the link, from 0' }),
  /** Where the link begins in the text as it was written, in UTF-16 units. */
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

/** Where a short link leads. It is written once; who runs the platform can stop it. */
export const Redirect = z.object({
  workspaceId: WorkspaceId,
  postId: PostId,
  code: LinkCode,
  target: personal(z.url(), { why: 'to lead readers to it', keptFor: keptFor.post, hasCommonName: true }),
  /** Since when it leads nowhere any more (UTC). */
  stoppedAt: Instant.nullable().default(null),
});
export type Redirect = z.infer<typeof Redirect>;

/** Clicks within one UTC hour, by the beginning of it. */
export interface HourlyClicks {
  hour: string;
  clicks: number;
}

/** Links of a post beyond these go out as they were written. */
export const maxShortLinks = 100;

/** The longest target in bytes: a reply's headers have room for 10 KB (Amazon API Gateway quotas). */
const longestTarget = 4096;

const xHosts = /^(?:[\w-]+\.)*(?:x\.com|twitter\.com|t\.co)$/;

/** The address of a short link. @param linksUrl base of the stage's short links, without a slash at its end */
export const shortUrlOf = (linksUrl: string, code: string): string => `${linksUrl}/l/${code}`;

/**
 * The address that a link of a text leads to; undefined for one that stays as it is: without `http://` or `https://`, on
 * X itself, which shows such links in forms of its own, or a short link already.
 */
export const targetOf = (link: string, linksUrl: string): string | undefined => {
  if (!/^https?:\/\//i.test(link)) return undefined;
  const url = URL.parse(link);
  if (!url || xHosts.test(url.hostname) || url.href.length > longestTarget) return undefined;
  return url.href.startsWith(new URL(shortUrlOf(linksUrl, '')).href) ? undefined : url.href;
};

/** The text of a part as it goes out: each of its short links in the place of the one that was written. */
export const withShortLinks = (text: string, links: readonly Pick<ShortLink, 'start' | 'target' | 'url'>[]): string => {
  let written = '';
  let from = 0;
  for (const { start, target, url } of links) {
    written += text.slice(from, start) + url;
    from = start + target.length;
  }
  return written + text.slice(from);
};
