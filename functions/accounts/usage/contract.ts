import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AccountId, CampaignId, PostId } from '#shared/ids.ts';
import type { AccountErrors } from '../domain/error-codes.ts';

const operation = capability<AccountErrors>({
  name: 'X usage',
  group: 'Accounts',
  description: 'Read X API costs and the remaining budget.',
});

const Micros = z.int().meta({ description: 'Micro-dollars (millionths of a US dollar)' });
const Month = z.string().meta({ description: 'UTC month, such as `2026-11`' });
const Kind = z.string().meta({
  description:
    'Kind of X API call: `post_create`, `post_create_with_url` (the text contains a link), `repost`, `post_delete`, ' +
    '`media_metadata` (alt text and subtitles), `post_read` or `user_read`; new kinds may be added',
});

export const getUsage = operation({
  id: 'getUsage',
  method: 'GET',
  path: '/v1/accounts/usage',
  summary: "Get a month's X API costs and remaining budget",
  description: "Costs are calculated from X's published prices, by kind of call, X account and campaign.",
  access: 'usage:read',
  request: {
    query: z.strictObject({
      month: z
        .string()
        .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
        .optional()
        .meta({ description: 'UTC month, such as `2026-11`; default: the current month' }),
    }),
  },
  response: z
    .object({
      month: Month,
      spentMicros: Micros.meta({ description: 'Cost of the month so far, in micro-dollars' }),
      budgetMicros: Micros.nullable().meta({
        description: 'Current monthly budget of the workspace, in micro-dollars; null: no limit',
      }),
      remainingMicros: Micros.nullable().meta({
        description: 'Budget minus cost, at least 0, in micro-dollars; null: no limit',
      }),
      isExhausted: z.boolean().meta({
        description:
          'Whether a due post cost more than what was left of the budget; such posts are held until the budget is raised ' +
          'or the next month begins (UTC), and posts that fit are still published',
      }),
      kinds: z
        .array(
          z.object({
            kind: Kind,
            count: z.int().meta({ description: 'Number of calls; for reads, of posts or users read' }),
            micros: Micros,
          }),
        )
        .meta({ description: 'Cost by kind of X API call' }),
      accounts: z.array(z.object({ accountId: AccountId, micros: Micros })).meta({ description: 'Cost by X account' }),
      campaigns: z
        .array(z.object({ campaignId: CampaignId, micros: Micros }))
        .meta({ description: 'Cost by campaign; posts without a campaign are left out' }),
    })
    .meta({ id: 'Usage' }),
});

export const getPostUsage = operation({
  id: 'getPostUsage',
  method: 'GET',
  path: '/v1/accounts/usage/posts/{postId}',
  summary: 'List the X API charges of a post',
  description:
    'Returns 404 until something is charged for the post. Charges other than for creating it are listed for 400 days.',
  access: 'usage:read',
  request: { path: z.strictObject({ postId: PostId }) },
  response: z
    .object({
      postId: PostId,
      micros: Micros.meta({ description: 'Sum of `charges`, in micro-dollars' }),
      charges: z
        .array(
          z.object({
            kind: Kind,
            quantity: z.int().meta({ description: 'Number of calls, or of resources read' }),
            micros: Micros,
            month: Month.meta({ description: 'UTC month of the charge, such as `2026-11`' }),
          }),
        )
        .meta({ description: 'Charges that the total consists of' }),
    })
    .meta({ id: 'PostUsage' }),
  errors: { 'not-found': ['billed_post_not_found'] },
});

export const operations = [getUsage, getPostUsage] as const;
