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
  description: 'See what the posts show: best times, traits of top posts, unusual results, forecasts, goals.',
});

const onAccount = z.strictObject({ accountId: AccountId });

const asked = {
  metric: InsightMetric.default('engagements'),
  timeZone: TimeZone.optional().meta({
    description: 'IANA time zone of weekdays and hours; default: that of the posting rules of the account',
  }),
};

const InsightView = z
  .object({
    subject: InsightSubject,
    kind: KeptKind,
    metric: InsightMetric,
    checkedAt: Instant.meta({ description: 'When the question was last asked (UTC)' }),
    answer: InsightAnswer,
  })
  .meta({ id: 'InsightView', description: 'Latest answer to a question about an account or campaign' });

export const listInsights = operation({
  id: 'listInsights',
  method: 'GET',
  path: '/v1/analytics/insights',
  summary: 'List what the posts of accounts and campaigns show',
  description:
    'Once a day, each account is searched for best times, traits and unusual results, and the goals of campaigns are ' +
    'tracked. Answers whose insights have all ended are left out; how a goal ended stays. That nothing was found, and that the data do not ' +
    'suffice, are answers as well.',
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
      description: '`expected`: promises good results; `exploration`: tried too rarely to be compared',
    }),
    occurrences: z.int().min(0).meta({ description: 'Times that the account published then' }),
  })
  .meta({ id: 'ProposedPostingTime', description: 'A proposed posting time' });

export const getBestTimes = operation({
  id: 'getBestTimes',
  method: 'GET',
  path: '/v1/analytics/accounts/{accountId}/best-times',
  summary: 'Get the best times to post of an account',
  description:
    'Looks at the posts of the last 26 weeks that are at least three days old. Times that the posting rules exclude are ' +
    'left out. Proposals mix good times with rarely tried ones, so that the advice does not merely confirm itself; they ' +
    'are new each day.',
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
        .meta({ description: 'The same seed gives the same proposals; default: one for each UTC day' }),
    }),
  },
  response: z
    .object({
      accountId: AccountId,
      timeZone: TimeZone,
      answer: InsightAnswer,
      proposals: z.array(Proposal).meta({ description: 'Times to post next; fewer where the rules permit fewer' }),
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
  summary: 'Get when an account should not post',
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
  summary: 'Set when an account should not post',
  description:
    'Replaces all rules. Best times and proposals keep to them, whatever the data say; posts and plans do not. The time ' +
    'zone is also that of the insights about the account.',
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
    'By day of publication, if the account goes on posting as it does. It begins with the first day whose posts are not ' +
    'all three days old.',
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
