import { notFound } from '#shared/errors.ts';
import { assertVersion } from '#shared/http/etag.ts';
import { type Route, route } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import { dayOf } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { isValid } from '../domain/kept-insight.ts';
import { defaultZone } from '../domain/posting-rules.ts';
import { bestTimes } from './best-times.ts';
import * as contract from './contract.ts';
import { postsOfOthers, rulesOf } from './find-insights.ts';
import { forecast } from './forecast.ts';
import { observedPosts } from './observed-posts.ts';
import { proposeTimes } from './propose-times.ts';

/** Routes of insights. */
export const insightRoutes = (deps: Deps): Route[] => {
  const { insights, postingRules, accounts, now } = deps;
  const assertAccount = async (workspaceId: string, accountId: string): Promise<void> => {
    if (!(await accounts.has(workspaceId, accountId))) throw notFound('account');
  };
  return [
    route(contract.listInsights, async ({ query, caller: { workspaceId } }) => {
      const { limit, cursor, ...filter } = query;
      const { accountId, campaignId, kind } = filter;
      const subjectId = accountId ?? campaignId;
      const page = { limit, cursor, scope: { list: 'insights', workspaceId, ...filter } };
      const { items, nextCursor } = await insights.list(workspaceId, { subjectId, kind }, page, (each) =>
        isValid(each, now()),
      );
      return { items: items.map((each) => ({ ...each, checkedAt: each.updatedAt })), nextCursor };
    }),
    route(contract.getBestTimes, async ({ path: { accountId }, query, caller: { workspaceId } }) => {
      await assertAccount(workspaceId, accountId);
      const account = { workspaceId, accountId };
      const { rules, timeZone } = await askedOf(deps, account, query.timeZone);
      const own = await observedPosts(deps, account, now());
      const posts = [...own, ...(await postsOfOthers(deps, account, own))];
      const { metric, count, seed = dayOf(now()) } = query;
      const options = { accountId, metric, timeZone, rules };
      const proposals = proposeTimes(posts, { ...options, count, seed: `${accountId}/${seed}` });
      return { accountId, timeZone, answer: bestTimes(posts, { ...options, now: now() }), proposals, seed, rules };
    }),
    route(contract.getForecast, async ({ path: { accountId }, query, caller: { workspaceId } }) => {
      await assertAccount(workspaceId, accountId);
      const { timeZone } = await askedOf(deps, { workspaceId, accountId }, query.timeZone);
      const posts = await observedPosts(deps, { workspaceId, accountId }, now());
      const subject = { type: 'account' as const, accountId };
      const { metric, days } = query;
      return { accountId, timeZone, answer: forecast(posts, { subject, metric, timeZone, days, now: now() }) };
    }),
    route(contract.getPostingRules, async ({ path: { accountId }, caller: { workspaceId } }) => {
      await assertAccount(workspaceId, accountId);
      return (await postingRules.find(workspaceId, accountId)) ?? noRules(accountId);
    }),
    route(contract.setPostingRules, async ({ path: { accountId }, body, caller, request }) => {
      const { workspaceId } = caller;
      await assertAccount(workspaceId, accountId);
      const said = { timeZone: knownTimeZone(body.timeZone), rules: body.rules };
      const before = await postingRules.find(workspaceId, accountId);
      assertVersion(before ?? noRules(accountId), request.ifMatch);
      return before
        ? postingRules.save({ ...before, ...said }, caller)
        : postingRules.create({ workspaceId, accountId, ...said }, caller);
    }),
  ];
};

const noRules = (accountId: string) => ({ accountId, timeZone: defaultZone, rules: [], version: 0 });

/**
 * Returns the posting rules of an account, and the requested time zone or that of the rules.
 * @throws DomainError `invalid_time_zone`
 */
const askedOf = async (
  deps: Pick<Deps, 'postingRules'>,
  { workspaceId, accountId }: { workspaceId: string; accountId: string },
  timeZone: string | undefined,
) => {
  const { rules, timeZone: own } = await rulesOf(deps, workspaceId, accountId);
  return { rules, timeZone: timeZone === undefined ? own : knownTimeZone(timeZone, 'query') };
};
