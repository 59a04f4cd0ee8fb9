import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/analytics.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { goalOf, type KeptInsight, newFindingsIn, subjectIdOf } from '../domain/kept-insight.ts';
import { PostingRules } from '../domain/posting-rules.ts';
import { versionAt } from '../domain/version-at.ts';
import { insightOf } from '../store/kept-insights.ts';

/** Returns the events for a write of an insight. */
export const insightEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofInsight(before && insightOf(before), insightOf(after));

/** Returns the events for a write of posting rules. */
export const postingRulesEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofRules(before && entityOf(PostingRules, before), entityOf(PostingRules, after));

/** Events for new findings, and for goals whose state has changed. */
const ofInsight = (before: KeptInsight | undefined, after: KeptInsight): DomainEvent[] => {
  const id = subjectIdOf(after.subject);
  // Insights of several kinds have the same account as their entity: the time orders them all.
  const entity = { ...after, version: versionAt(after.updatedAt) };
  if (after.kind === 'goal') return goalEvents(before, after, { entity, id });
  const { kind } = after;
  return newFindingsIn(before?.seen, after.answer).map(({ statement, validUntil }) =>
    tell(events.InsightFound, entity, id, { kind, statement, validUntil }),
  );
};

const goalEvents = (
  before: KeptInsight | undefined,
  after: KeptInsight,
  { entity, id }: { entity: KeptInsight; id: string },
): DomainEvent[] => {
  const [was, goal] = [before && goalOf(before)?.details, goalOf(after)];
  if (!goal) return [];
  const { metric, target, progress, status } = goal.details;
  // A goal with another target is another goal.
  if (status === 'on_track' || (was?.status === status && was.target === target)) return [];
  const data = { metric, target, progress, statement: goal.statement };
  return [
    status === 'reached'
      ? tell(events.GoalReached, entity, id, data)
      : tell(events.GoalAtRisk, entity, id, { ...data, status }),
  ];
};

const ofRules = (before: PostingRules | undefined, after: PostingRules): DomainEvent[] => {
  const { accountId, timeZone, rules } = after;
  if (before?.timeZone === timeZone && isDeepStrictEqual(before.rules, rules)) return [];
  return [tell(events.PostingRulesChanged, after, accountId, { timeZone, rules: rules.length })];
};
