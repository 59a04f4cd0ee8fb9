import type * as z from 'zod';
import { notFound } from '#shared/errors.ts';
import { dayAfter } from '#shared/local-days.ts';
import type { Deps } from '../deps.ts';
import { askedPeriod } from './asked-period.ts';
import type { getAccountGrowth } from './contract.ts';

type Reply = z.infer<typeof getAccountGrowth.response>;

/** The counters of an account by UTC day. @throws DomainError `invalid_period`, `account_not_found` */
export const accountGrowth = async (
  deps: Deps,
  workspaceId: string,
  accountId: string,
  query: z.infer<typeof getAccountGrowth.request.query>,
): Promise<Reply> => {
  if (!(await deps.accounts.has(workspaceId, accountId))) throw notFound('account');
  const { from, to } = askedPeriod({ ...query, timeZone: 'UTC' }, deps.now);
  const [read, older] = await Promise.all([
    deps.accounts.daysBetween(workspaceId, accountId, from, to),
    deps.accounts.dayBefore(workspaceId, accountId, from),
  ]);
  const byDay = new Map(read.map((each) => [each.day, each]));
  const days: Reply['days'] = [];
  let standing = older;
  for (let day = from; day <= to; day = dayAfter(day)) {
    const own = byDay.get(day);
    standing = own ?? standing;
    if (!standing) continue;
    const { metrics, measuredAt } = standing;
    days.push({ day, metrics, measuredAt, isCarriedForward: own === undefined });
  }
  const [first, last] = [days[0], days.at(-1)];
  return {
    accountId,
    days,
    change: first && last && days.length > 1 ? { followers: last.metrics.followers - first.metrics.followers } : null,
    source: 'x',
  };
};
