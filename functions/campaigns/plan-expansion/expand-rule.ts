import { matchingDays, timesOf } from '#shared/recurrence/matching-days.ts';
import { parseRule, type RuleUse } from '#shared/recurrence/parse-rule.ts';
import type { Rule } from '#shared/recurrence/rule.ts';
import { dayMs } from '#shared/time.ts';
import type { ZoneClock } from '#shared/zone-clock.ts';
import { invalidField, invalidPlan } from '../domain/invalid-plan.ts';
import { maxSlots } from '../domain/plan.ts';
import type { Policies } from '../domain/plan-policies.ts';
import { lastDays, type RuleTime, withLastDays } from './month-end.ts';
import { dayNumberOf, wallOf } from './wall-time.ts';

/** Latest time of a recurrence rule. */
const horizon = wallOf('2099-12-31T23:59');

/**
 * Expands a rule to its wall times, in order and without duplicates. The library expands it as if in UTC, where clocks
 * never change: with a time zone it would drop times in a gap and still count them.
 * @param text the rule (RFC 5545 RRULE)
 * @param start the first wall time that can match (DTSTART), such as `2026-11-30T09:30`
 * @param clock clock of the time zone in which an UNTIL in UTC is read
 * @param path path of the rule in the plan
 * @throws DomainError `invalid_plan`
 */
export const expandRule = (
  text: string,
  start: string,
  monthEnd: Policies['monthEnd'],
  clock: ZoneClock,
  path: string,
): RuleTime[] => {
  const use: RuleUse = { path, maxCount: maxSlots, mayBeEndless: false, refuse: invalidPlan };
  const rule = parseRule(text, use);
  const untilWall = rule.until && (rule.until.isUtc ? clock.wallAt(rule.until.at) : rule.until.at);
  const end = Math.min(untilWall ?? horizon, horizon);
  if (end < wallOf(start)) throw invalidField(path, 'rule_ends_before_start', 'UNTIL is before `start`');

  const times = timesOf(rule, wallOf(start));
  const wanted = rule.count ?? maxSlots + 1;
  const found = daysOf(rule, start, end, Math.ceil(wanted / times.length) + 1, monthEnd, use)
    .flatMap(({ wall: day, reasons }) => times.map((time) => ({ wall: day + time, reasons })))
    .filter(({ wall }) => wallOf(start) <= wall && wall <= end)
    .slice(0, wanted);

  if (found.length > maxSlots) {
    throw invalidField(path, 'too_many_slots', `makes more than the ${maxSlots} slots that a plan may have`);
  }
  if (found.length === 0) throw invalidField(path, 'rule_never_matches', 'matches no time between `start` and its end');
  if (found.length < (rule.count ?? 0) || (untilWall ?? 0) > horizon) {
    throw invalidField(path, 'rule_too_far', 'reaches beyond 2099');
  }
  return found;
};

/** The first days that a rule matches, from its start on, under the month-end policy. */
const daysOf = (
  rule: Rule,
  start: string,
  end: number,
  count: number,
  monthEnd: Policies['monthEnd'],
  use: RuleUse,
): RuleTime[] => {
  const widened = monthEnd === 'last_day' ? lastDays(rule, start) : null;
  const first = dayNumberOf(wallOf(start)) * dayMs;
  // Up to every other day of a widened rule is to be discarded.
  return widened
    ? withLastDays(matchingDays(widened.rule, first, end, 2 * count, use), widened)
    : matchingDays(rule, first, end, count, use).map((wall) => ({ wall, reasons: [] }));
};
