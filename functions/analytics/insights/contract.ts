import * as z from 'zod';
import { capability } from '#shared/http/operation.ts';
import { AccountId, CampaignId } from '#shared/ids.ts';
import { pageOf, pageQuery } from '#shared/page.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import type { AnalyticsErrors } from '../domain/error-codes.ts';
import { InsightAnswer, InsightSubject } from '../domain/insight.ts';
import { HourBand, InsightMetric, Weekday } from '../domain/insight-details.ts';
import { KeptKind } from '../domain/kept-insight.ts';
import { PostingRules } from '../domain/posting-rules.ts';

const operation = capability<AnalyticsErrors>({
  name: 'Insights',
  group: 'Analytics',
  description: 'Learn from the results of posts: best times, traits of top posts, unusual results, forecasts, goals.',
});

const onAccount = z.strictObject({ accountId: AccountId });

const asked = {
  metric: InsightMetric.default('engagements'),
  timeZone: TimeZone.optional().meta({
    description: "IANA time zone of dates, weekdays and hours; default: that of the account's posting rules",
  }),
};

const InsightView = z
  .object({
    subject: InsightSubject,
    kind: KeptKind,
    metric: InsightMetric,
    checkedAt: Instant.meta({ description: 'When the answer was last computed (UTC)' }),
    answer: InsightAnswer,
  })
  .meta({ id: 'InsightView', description: 'Latest answer to a question about an account or campaign' });

export const listInsights = operation({
  id: 'listInsights',
  method: 'GET',
  path: '/v1/analytics/insights',
  summary: 'List insights about accounts and campaigns',
  description:
    'Once a day, the posts of each account are analysed for best times, traits, unusual results and fatigue, and the ' +
    'goals of campaigns are tracked. Answers whose insights have all expired are left out, except the final result of a ' +
    'goal. `nothing_found` and `not_enough_data` are answers, too.',
  access: 'analytics:read',
  request: {
    query: pageQuery({
      accountId: AccountId.optional().meta({ description: 'Only insights about this account' }),
      campaignId: CampaignId.optional().meta({ description: 'Only insights about this campaign' }),
      kind: KeptKind.optional(),
    }).refine(({ accountId, campaignId }) => accountId === undefined || campaignId === undefined, {
      path: ['campaignId'],
      error: 'must not be combined with accountId',
    }),
  },
  response: pageOf(InsightView),
});

const Proposal = z
  .object({
    weekday: Weekday,
    hourBand: HourBand,
    reason: z.enum(['expected', 'exploration']).meta({
      description: '`expected`: likely to perform well; `exploration`: tried too rarely to be compared',
    }),
    occurrences: z.int().min(0).meta({ description: 'How often the account has published then' }),
  })
  .meta({ id: 'ProposedPostingTime', description: 'A proposed posting time' });

export const getBestTimes = operation({
  id: 'getBestTimes',
  method: 'GET',
  path: '/v1/analytics/accounts/{accountId}/best-times',
  summary: 'Get the best times to post on an account',
  description:
    'Based on the posts of the last 26 weeks that are at least three days old. If the account has fewer than 200 of ' +
    'them, posts of up to four other accounts of the workspace count too, with less weight; `basedOn` counts only ' +
    'its own. Times that the posting rules exclude are left out. Proposals mix good times with rarely tried ones, ' +
    'to avoid a feedback loop, and change every UTC day.',
  access: 'analytics:read',
  request: {
    path: onAccount,
    query: z.strictObject({
      ...asked,
      count: z.coerce.number().int().min(1).max(21).default(5).meta({ description: 'Number of times to propose' }),
      seed: z
        .string()
        .min(1)
        .max(64)
        .optional()
        .meta({ description: 'The same seed gives the same proposals; default: a new seed every UTC day' }),
    }),
  },
  response: z
    .object({
      accountId: AccountId,
      timeZone: TimeZone,
      answer: InsightAnswer,
      proposals: z
        .array(Proposal)
        .meta({ description: 'Times to post next; fewer than `count` if the rules permit fewer' }),
      seed: z.string().meta({ description: 'Seed of the proposals' }),
      rules: PostingRules.shape.rules,
    })
    .meta({ id: 'BestPostingTimes' }),
  errors: { invalid: ['invalid_time_zone'], 'not-found': ['account_not_found'] },
});

const PostingRulesView = PostingRules.pick({ accountId: true, timeZone: true, rules: true, version: true }).meta({
  id: 'PostingRulesView',
  description: 'Times at which an account should not post',
});

export const getPostingRules = operation({
  id: 'getPostingRules',
  method: 'GET',
  path: '/v1/analytics/accounts/{accountId}/posting-rules',
  summary: 'Get the posting rules of an account',
  access: 'analytics:read',
  request: { path: onAccount },
  response: PostingRulesView,
  errors: { 'not-found': ['account_not_found'] },
  etag: true,
});

export const setPostingRules = operation({
  id: 'setPostingRules',
  method: 'PUT',
  path: '/v1/analytics/accounts/{accountId}/posting-rules',
  summary: 'Set the posting rules of an account',
  description:
    'Replaces all rules, which define when an account should not post. Best times and proposals always follow them; ' +
    'posts and plans are not restricted. The time zone also applies to the insights about the account.',
  access: 'posts:schedule',
  request: { path: onAccount, body: z.strictObject({ timeZone: TimeZone, rules: PostingRules.shape.rules }) },
  response: PostingRulesView,
  errors: { invalid: ['invalid_time_zone'], 'not-found': ['account_not_found'], conflict: ['changed_meanwhile'] },
  etag: true,
  ifMatch: 'optional',
});

export const getForecast = operation({
  id: 'getForecast',
  method: 'GET',
  path: '/v1/analytics/accounts/{accountId}/forecast',
  summary: 'Get a forecast of the daily totals of an account',
  description:
    'By day of publication, assuming the account keeps posting as it does now. Starts on the first day whose posts are ' +
    'not all at least three days old.',
  access: 'analytics:read',
  request: {
    path: onAccount,
    query: z.strictObject({
      ...asked,
      days: z.coerce.number().int().min(1).max(28).default(14).meta({ description: 'Number of days to forecast' }),
    }),
  },
  response: z
    .object({ accountId: AccountId, timeZone: TimeZone, answer: InsightAnswer })
    .meta({ id: 'AccountForecast' }),
  errors: { invalid: ['invalid_time_zone'], 'not-found': ['account_not_found'] },
});

export const operations = [listInsights, getBestTimes, getPostingRules, setPostingRules, getForecast] as const;
