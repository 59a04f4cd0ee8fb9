import * as z from 'zod';
import { AccountId, CampaignId, PostId } from '#shared/ids.ts';
import { Instant } from '#shared/time.ts';
import { InsightDetails } from './insight-details.ts';

/** Maximum number of posts listed as evidence. */
export const maxEvidencePosts = 20;

export const InsightKind = z
  .enum(['best_time', 'trait', 'anomaly', 'forecast', 'goal', 'fatigue'])
  .meta({ description: 'Kind of the insight' });
export type InsightKind = z.infer<typeof InsightKind>;

export const InsightSubject = z
  .discriminatedUnion('type', [
    z.object({ type: z.literal('account').meta({ description: 'An X account' }), accountId: AccountId }),
    z.object({ type: z.literal('campaign').meta({ description: 'A campaign' }), campaignId: CampaignId }),
  ])
  .meta({ id: 'InsightSubject', description: 'What the insight is about' });
export type InsightSubject = z.infer<typeof InsightSubject>;

export const InsightMethod = z
  .object({
    name: z.string().meta({ description: 'Name of the statistical method' }),
    source: z.string().meta({ description: 'Publication that the method follows' }),
  })
  .meta({ id: 'InsightMethod', description: 'How the insight was found' });
export type InsightMethod = z.infer<typeof InsightMethod>;

export const InsightBasis = z
  .object({
    posts: z.int().min(0).meta({ description: 'Number of posts analysed' }),
    from: Instant.nullable().meta({ description: 'When the earliest of them was published (UTC); null: no posts' }),
    until: Instant.nullable().meta({ description: 'When the latest of them was published (UTC); null: no posts' }),
  })
  .meta({ id: 'InsightBasis', description: 'Data that the insight is based on' });
export type InsightBasis = z.infer<typeof InsightBasis>;

const InsightEvidence = z
  .object({
    numbers: z
      .array(
        z.object({
          name: z.string().meta({ description: 'What the number is' }),
          value: z.number().meta({ description: 'The number' }),
        }),
      )
      .meta({ description: 'Numbers that the insight is based on' }),
    postIds: z.array(PostId).max(maxEvidencePosts).meta({ description: 'Some of the posts that show it, at most 20' }),
  })
  .meta({ id: 'InsightEvidence', description: 'Evidence for the insight' });

const statement = z.string().meta({ description: 'The answer as a sentence in plain words' });
const basedOn = InsightBasis;
const method = InsightMethod;

/** A finding with everything needed to judge it. */
export const Insight = z
  .object({
    subject: InsightSubject,
    statement,
    evidence: InsightEvidence,
    basedOn,
    method,
    validUntil: Instant.meta({ description: 'When the insight expires (UTC)' }),
    details: InsightDetails,
  })
  .meta({ id: 'Insight', description: 'A finding about the posts, with its evidence' });
export type Insight = z.infer<typeof Insight>;

const amount = {
  posts: z.int().min(0).meta({ description: 'Number of posts' }),
  days: z.int().min(0).meta({ description: 'Days from the first post to the last' }),
};

export const DataAmount = z.object(amount).meta({ id: 'InsightDataAmount', description: 'An amount of data' });
export type DataAmount = z.infer<typeof DataAmount>;

/** Answer to a question about posts. "Nothing found" and "not enough data" are answers too, and are not the same. */
export const InsightAnswer = z
  .discriminatedUnion('outcome', [
    z.object({
      outcome: z.literal('found').meta({ description: 'The data supports at least one insight' }),
      kind: InsightKind,
      insights: z.array(Insight).min(1).meta({ description: 'Insights, most important first' }),
    }),
    z.object({
      outcome: z.literal('nothing_found').meta({ description: 'There is enough data, but nothing stands out' }),
      kind: InsightKind,
      subject: InsightSubject,
      statement,
      basedOn,
      method,
    }),
    z.object({
      outcome: z.literal('not_enough_data').meta({ description: 'There is not enough data for an answer' }),
      kind: InsightKind,
      subject: InsightSubject,
      statement,
      has: DataAmount.meta({ description: 'Available data' }),
      needs: DataAmount.meta({ description: 'Minimum data needed' }),
    }),
  ])
  .meta({ id: 'InsightAnswer', description: 'Answer to a question about posts' });
export type InsightAnswer = z.infer<typeof InsightAnswer>;
export type NotEnoughData = Extract<InsightAnswer, { outcome: 'not_enough_data' }>;
