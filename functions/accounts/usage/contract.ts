import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AccountId, CampaignId, PostId } from '#shared/ids.ts';
import type { AccountErrors } from '../domain/error-codes.ts';

const operation = capability<AccountErrors>({
  name: 'X usage',
  group: 'Accounts',
  description: 'Read what the X API costs, and how much of the budget is left.',
});

const Micros = z.int().meta({ description: 'Millionths of a US dollar' });

export const getUsage = operation({
  id: 'getUsage',
  method: 'GET',
  path: '/v1/accounts/usage',
  summary: 'What X has cost the workspace in a UTC month: by kind of call, account and campaign, and what is left',
  access: 'usage:read',
  request: {
    query: z.strictObject({
      month: z
        .string()
        .regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
        .optional()
        .meta({ description: 'UTC month; without it the current one' }),
    }),
  },
  response: z
    .object({
      month: z.string(),
      spentMicros: Micros,
      budgetMicros: Micros.nullable().meta({ description: 'The bound of the workspace now; null for none' }),
      remainingMicros: Micros.nullable(),
      isExhausted: z.boolean().meta({ description: 'Posts are held until the budget is raised or the month is over' }),
      kinds: z.array(z.object({ kind: z.string(), count: z.int(), micros: Micros })),
      accounts: z.array(z.object({ accountId: AccountId, micros: Micros })),
      campaigns: z.array(z.object({ campaignId: CampaignId, micros: Micros })),
    })
    .meta({ id: 'Usage' }),
});

export const getPostUsage = operation({
  id: 'getPostUsage',
  method: 'GET',
  path: '/v1/accounts/usage/posts/{postId}',
  summary: 'What X has billed for one post, call by call',
  access: 'usage:read',
  request: { path: z.strictObject({ postId: PostId }) },
  response: z
    .object({
      postId: PostId,
      micros: Micros,
      charges: z.array(z.object({ kind: z.string(), quantity: z.int(), micros: Micros, month: z.string() })),
    })
    .meta({ id: 'PostUsage' }),
  errors: { 'not-found': ['billed_post_not_found'] },
});

export const operations = [getUsage, getPostUsage] as const;
