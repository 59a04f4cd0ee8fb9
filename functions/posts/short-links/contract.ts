import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { range } from '#shared/http/range.ts';
import { PostId } from '#shared/ids.ts';
import { AskedInstant, Instant } from '#shared/time.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { onPost, ShortLinkView } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Short links',
  group: 'Publishing',
  description: 'Follow the short links of published posts and count the clicks on them.',
});

export const followShortLink = operation({
  id: 'followShortLink',
  method: 'GET',
  path: '/l/{code}',
  summary: 'Follow a short link',
  description:
    'Redirects only to the original link in the published post; query parameters are ignored. Clicks are counted per ' +
    'hour, without any data about who clicked; crawlers, previews, `HEAD` requests and prefetches are not counted. The ' +
    'redirect has `Referrer-Policy: strict-origin-when-cross-origin`, so that the target gets the same referrer as from a ' +
    'direct link.',
  access: 'public',
  request: {
    path: z.strictObject({
      code: z
        .string()
        .max(128)
        .meta({ description: 'Last segment of the short link', examples: ['4fKq0ZtX9bLm'] }),
    }),
  },
  response: z.object({ target: z.url() }),
  status: 302,
  location: '{target}',
  errors: { 'not-found': ['short_link_not_found'] },
  ignoresQuery: true,
  ignoresBody: true,
  limit: 'readers',
});

export const getPostLinkClicks = operation({
  id: 'getPostLinkClicks',
  method: 'GET',
  path: '/v1/posts/{postId}/link-clicks',
  summary: 'Get the clicks on the short links of a post',
  description:
    'Counted by the platform, unlike `urlClicks`, which X reports. Repeated clicks by the same person all count. Clicks ' +
    'are kept for 400 days.',
  access: 'analytics:read',
  request: {
    path: onPost,
    query: z
      .strictObject({
        from: AskedInstant.optional().meta({
          description: 'Only hours that begin at this time or later; any UTC offset',
        }),
        to: AskedInstant.optional().meta({
          description: 'Only hours that begin before this time; any UTC offset',
        }),
      })
      .check(range()),
  },
  response: z
    .object({
      postId: PostId,
      clicks: z
        .int()
        .min(0)
        .nullable()
        .meta({
          examples: [42],
          description:
            'Clicks on all its short links so far; null: not published yet, or published without short links',
        }),
      links: z
        .array(
          ShortLinkView.extend({
            clicks: z
              .int()
              .min(0)
              .meta({ description: 'Clicks on this link so far', examples: [42] }),
          }).meta({
            id: 'ClickedLink',
          }),
        )
        .meta({ description: 'Its short links, in the order of the text' }),
      byHour: z
        .array(
          z
            .object({
              hour: Instant.meta({
                description: 'Start of the hour (UTC)',
                examples: ['2026-11-24T08:00:00.000Z'],
              }),
              clicks: z
                .int()
                .min(1)
                .meta({ description: 'Clicks on all its short links within the hour', examples: [42] }),
            })
            .meta({ id: 'HourlyClicks' }),
        )
        .meta({ description: 'Hours with a click, oldest first' }),
    })
    .meta({ id: 'PostLinkClicks' }),
  errors: { 'not-found': ['post_not_found'] },
});

export const operations = [followShortLink, getPostLinkClicks] as const;
