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
  description: 'Measure and split texts as X counts them, and estimate what a post costs.',
});

const micros = (description: string) =>
  z
    .int()
    .min(0)
    .meta({ description: `${description}, in micro-dollars (millionths of a US dollar)` });

const place = {
  start: z.int().min(0).meta({ description: 'Start in the submitted text, in UTF-16 code units' }),
  end: z.int().min(0).meta({ description: 'End (exclusive) in the submitted text, in UTF-16 code units' }),
};

/** What X charges for a post, and whether it fits the month's budget. */
export const CostPreview = z
  .object({
    parts: z
      .array(
        z.object({
          part: z.int().min(0).meta({ description: 'Position in the thread, from 0' }),
          hasUrl: z.boolean().meta({ description: 'Whether the text contains a link: X charges more for it' }),
          priceMicros: micros('X API price of the part, with alt texts, without subtitles'),
        }),
      )
      .meta({ description: 'Price of each part, in thread order' }),
    totalMicros: micros('X API price of all parts, with alt texts, without subtitles'),
    linkSurchargeMicros: micros('Share of the price that is due to links'),
    withoutLinksMicros: micros('X API price without links'),
    cheaper: z.string().nullable().meta({ description: 'How to lower the price; null for a post without links' }),
    budget: z
      .object({
        month: z.string().meta({ description: 'UTC month to whose budget the post counts', examples: ['2026-11'] }),
        spentMicros: micros('X API spending of that month so far'),
        budgetMicros: micros('Current monthly budget of the workspace (null: no limit)').nullable(),
        asOf: Instant.nullable().meta({
          description: 'When `spentMicros` was last updated; null if no spending is known for that month',
        }),
        fits: z.boolean().meta({
          description:
            'Whether the price fits into what is left of the budget; meaningless for a published post, whose price is in ' +
            '`spentMicros`',
        }),
      })
      .meta({ description: 'Budget of the workspace for the month of the post' }),
  })
  .meta({ id: 'CostPreview' });

const weighed = {
  weightedLength: z.int().min(0).meta({ description: 'Length as X counts it' }),
  maxWeightedLength: z.int().min(1).meta({ description: 'Maximum length for the account, as X counts it' }),
};

/** A text measured as X counts. */
const MeasuredText = z
  .object({
    ...weighed,
    remaining: z.int().meta({ description: 'Weighted length that is left; negative if the text is too long' }),
    isValid: z.boolean().meta({ description: 'Whether the text can be posted as it is' }),
    links: z
      .array(z.object({ ...place, url: z.string().meta({ description: 'The link as it is written in the text' }) }))
      .meta({ description: 'Passages that X turns into links' }),
    faults: z
      .array(
        z.object({
          code: z.string().meta({
            description:
              '`empty_post`, `text_too_long`, `too_many_cashtags` (X allows one), `forbidden_characters` or ' +
              '`too_many_marks` (combining marks piled on one letter)',
          }),
          message: z.string().meta({ description: 'Human-readable explanation of what is wrong' }),
          start: place.start.optional(),
          end: place.end.optional(),
        }),
      )
      .meta({ description: 'Why the text cannot be posted, and where' }),
  })
  .meta({ id: 'MeasuredText' });

const forAccount = {
  accountId: AccountId.optional().meta({
    description: 'Account whose length limit applies; without it the limit is 280',
  }),
};

export const measureTexts = operation({
  id: 'measureTexts',
  method: 'POST',
  path: '/v1/posts/measure',
  summary: 'Measure texts as X counts them, and estimate their cost',
  description: 'One text for each part of a thread. `cost` is returned to callers who may read usage.',
  access: 'posts:write',
  request: {
    body: z.strictObject({
      ...forAccount,
      texts: z
        .array(z.string().max(25_000))
        .min(1)
        .max(25)
        .refine((texts) => texts.reduce((sum, text) => sum + text.length, 0) <= longestText, {
          error: `must have at most ${longestText} characters in all`,
        })
        .meta({
          description: `Texts to measure, one per part; at most ${longestText.toLocaleString('en')} characters in all`,
        }),
    }),
  },
  response: z.object({
    texts: z.array(MeasuredText).meta({ description: 'Measurements, in the order of the request' }),
    cost: CostPreview.optional().meta({
      description: 'Cost of posting the texts now; omitted for callers who may not read usage',
    }),
  }),
  status: 200,
  idempotency: 'inherent',
  errors: { 'not-found': ['account_not_found'] },
  maxBodyBytes: 1024 * 1024,
});

export const splitText = operation({
  id: 'splitText',
  method: 'POST',
  path: '/v1/posts/split',
  summary: 'Split a long text into the parts of a thread',
  description:
    'Parts end at sentence ends where possible, otherwise between words; a word is split only if it is too long by itself. ' +
    'Links are kept whole. Only white space is left out between parts.',
  access: 'posts:write',
  request: {
    body: z.strictObject({
      ...forAccount,
      text: z.string().max(longestText),
      numbering: z
        .boolean()
        .default(false)
        .meta({ description: 'Appends a number such as "1/5" to each part, if there are several' }),
    }),
  },
  response: z.object({
    parts: z
      .array(z.object({ text: z.string(), ...place, ...weighed }))
      .meta({ description: 'Parts in thread order; `start` and `end` locate each in the submitted text' }),
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
  summary: "Estimate a post's X API cost and check it against the month's budget",
  description:
    'Uses the prices at the time when the post was published or is scheduled (otherwise now), the spending of that month, ' +
    'and the current budget.',
  access: 'usage:read',
  request: { path: onPost },
  response: CostPreview,
  errors: { 'not-found': ['post_not_found'] },
});

export const operations = [measureTexts, splitText, getPostCost] as const;
