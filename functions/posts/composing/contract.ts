import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AccountId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import type { PostErrors } from '../domain/error-codes.ts';
import { longestText } from '../domain/post.ts';
import { onPost } from '../views.ts';

const operation = capability<PostErrors>({
  name: 'Composing',
  group: 'Content',
  description: 'Measure and split texts as X does, and estimate what a post costs.',
});

const micros = (description: string) =>
  z
    .int()
    .min(0)
    .meta({ description: `${description}, in millionths of a US dollar` });

const place = {
  start: z.int().min(0).meta({ description: 'In UTF-16 units of the text as it was given' }),
  end: z.int().min(0).meta({ description: 'Exclusive' }),
};

/** What X takes for a post, and whether the month's budget has it. */
export const CostPreview = z
  .object({
    parts: z.array(z.object({ part: z.int().min(0), hasUrl: z.boolean(), priceMicros: micros('What X takes for it') })),
    totalMicros: micros('What X takes for all parts'),
    linkSurchargeMicros: micros('What the links add'),
    withoutLinksMicros: micros('What it would cost without links'),
    cheaper: z.string().nullable().meta({ description: 'What would make it cheaper; null where nothing would' }),
    budget: z.object({
      month: z.string().meta({ description: 'The UTC month it counts in', examples: ['2026-11'] }),
      spentMicros: micros('What X has cost in that month so far'),
      budgetMicros: micros('What it may cost').nullable(),
      asOf: Instant.nullable().meta({ description: 'When that was spent; null while nothing is known of that month' }),
      fits: z.boolean().meta({ description: 'Whether the post still fits into the budget' }),
    }),
  })
  .meta({ id: 'CostPreview' });

/** A text measured as X counts. */
const MeasuredText = z
  .object({
    weightedLength: z.int().min(0),
    maxWeightedLength: z.int().min(1),
    remaining: z.int().meta({ description: 'Negative by how much it is too long' }),
    isValid: z.boolean(),
    links: z.array(z.object({ ...place, url: z.string() })),
    faults: z
      .array(
        z.object({
          code: z.string(),
          message: z.string(),
          start: place.start.optional(),
          end: place.end.optional(),
        }),
      )
      .meta({ description: 'What X would refuse, and where' }),
  })
  .meta({ id: 'MeasuredText' });

const forAccount = {
  accountId: AccountId.optional().meta({ description: 'Whose limit counts; 280 without it' }),
};

export const measureTexts = operation({
  id: 'measureTexts',
  method: 'POST',
  path: '/v1/posts/measure',
  summary: 'Measure texts as X counts, and see what such a post or thread would cost',
  description: 'What it would cost is told to who may read usage.',
  access: 'posts:write',
  request: {
    body: z.strictObject({
      ...forAccount,
      texts: z
        .array(z.string().max(25_000))
        .min(1)
        .max(25)
        .refine((texts) => texts.reduce((sum, text) => sum + text.length, 0) <= longestText, {
          error: `may have ${longestText} characters in all`,
        }),
    }),
  },
  response: z.object({ texts: z.array(MeasuredText), cost: CostPreview.optional() }),
  status: 200,
  idempotency: 'inherent',
  errors: { 'not-found': ['account_not_found'] },
  maxBodyBytes: 1024 * 1024,
});

export const splitText = operation({
  id: 'splitText',
  method: 'POST',
  path: '/v1/posts/split',
  summary: 'Split a long text into the parts of a thread, at the ends of sentences',
  description:
    'Between parts there is nothing but white space of the text: `start` and `end` say where each comes from.',
  access: 'posts:write',
  request: {
    body: z.strictObject({
      ...forAccount,
      text: z.string().max(longestText),
      numbering: z.boolean().default(false).meta({ description: 'Adds "1/5" to each of several parts' }),
    }),
  },
  response: z.object({
    parts: z.array(
      z.object({ text: z.string(), ...place, weightedLength: z.int().min(0), maxWeightedLength: z.int().min(1) }),
    ),
  }),
  status: 200,
  idempotency: 'inherent',
  errors: { 'not-found': ['account_not_found'], unprocessable: ['empty_text', 'too_many_parts', 'unsplittable'] },
  maxBodyBytes: 1024 * 1024,
  limit: 'costly',
});

export const getPostCost = operation({
  id: 'getPostCost',
  method: 'GET',
  path: '/v1/posts/{postId}/cost',
  summary: 'What X takes for a post, and whether the budget of its month has it',
  access: 'usage:read',
  request: { path: onPost },
  response: CostPreview,
  errors: { 'not-found': ['post_not_found'] },
});

export const operations = [measureTexts, splitText, getPostCost] as const;
