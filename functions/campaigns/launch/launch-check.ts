import { createHash } from 'node:crypto';
import { canonicalOf } from '#shared/canonical.ts';
import type { ChangeFacts } from '../applying/change-facts.ts';
import { type CostedSlot, forecastOf } from '../budget/forecast.ts';
import { xCostOf } from '../budget/x-cost.ts';
import type { LaunchCode, LaunchCost, LaunchFinding, LaunchReport } from '../domain/launch-report.ts';
import { maxTold } from '../domain/launch-report.ts';
import type { SlotFacts } from '../domain/publishing-facts.ts';
import { checkAccounts } from './check-accounts.ts';
import { checkBudget } from './check-budget.ts';
import { checkContent } from './check-content.ts';
import { checkExperiment } from './check-experiment.ts';
import { checkLimits } from './check-limits.ts';
import { checkClashes, checkTimes } from './check-time.ts';
import { type Found, found, nowhere } from './found.ts';
import { launchCostOf } from './launch-cost.ts';
import type { LaunchFacts } from './launch-facts.ts';

const byTime = (one: SlotFacts, other: SlotFacts): number =>
  Date.parse(one.publishAt) - Date.parse(other.publishAt) || (one.slotKey < other.slotKey ? -1 : 1);

const costedSlot = ({ slotKey, publishAt, post }: SlotFacts): CostedSlot => ({
  slotKey,
  publishAt,
  micros: post ? xCostOf(post, publishAt) : 0,
});

/** Creates the launch report: blockers, warnings and cost. Deterministic for the same facts, in any order. */
export const launchCheck = (facts: LaunchFacts, campaignId: string, now: string): LaunchReport => {
  const slots = facts.slots.toSorted(byTime);
  const cost = launchCostOf(slots, facts.metricsDays);
  const costed = slots.map(costedSlot);
  const left = slots.filter(({ post }) => !post || !facts.counted.has(post.postId));
  const forecast = forecastOf(facts.budget, facts.spent, left.map(costedSlot));
  const findings = [
    ...(slots.length === 0 && !facts.change
      ? [found('blocker', 'no_slot', nowhere, 'The plan has no slot.', 'Add slots to the plan.')]
      : []),
    ...checkAccounts({ ...facts, slots }),
    ...checkTimes(slots, now).filter(({ code }) => !facts.change || code !== 'slot_past'),
    ...checkContent(slots, facts, campaignId),
    ...checkBudget(costed, forecast, facts),
    ...checkLimits(slots, facts),
    ...checkClashes(slots, facts.elsewhere),
    ...checkExperiment(facts.experiment),
  ];
  const all = facts.change ? ofChange(findings, facts.change, slots) : findings;
  const blockers = all.filter(({ level }) => level === 'blocker');
  const warnings = all.filter(({ level }) => level === 'warning');
  const { experiment } = facts;
  return {
    version: versionOf({ ...facts, slots }, all, cost),
    checkedAt: now,
    canLaunch: blockers.length === 0,
    slots: slots.length,
    blockers: told(blockers),
    warnings: told(warnings),
    counts: countsOf(all),
    cost,
    forecast,
    experiment: experiment && { blocks: experiment.blocks, smallestLift: experiment.smallestLift },
    change: facts.change?.report ?? null,
  };
};

/**
 * Findings of a change. Findings about slots that it leaves as they are become warnings, as they must not prevent
 * changing other slots or dropping these.
 */
const ofChange = (all: readonly Found[], change: ChangeFacts, slots: readonly SlotFacts[]): Found[] => {
  const isAboutChange = aboutChange(change, slots);
  return all.map((each) => (isAboutChange(each) ? each : { ...each, level: 'warning' }));
};

/** Returns whether a finding is about a slot that the change adds, moves or replaces, or about the account of one. */
const aboutChange = ({ changed }: ChangeFacts, slots: readonly SlotFacts[]): ((finding: Found) => boolean) => {
  const accountIds = new Set(slots.filter(({ slotKey }) => changed.has(slotKey)).map(({ accountId }) => accountId));
  return ({ place: { slotKey, accountId } }) => {
    if (slotKey !== null) return changed.has(slotKey);
    return accountId === null ? changed.size > 0 : accountIds.has(accountId);
  };
};

const told = (all: readonly Found[]): LaunchFinding[] => {
  const seen = new Map<LaunchCode, number>();
  return all.flatMap(({ level: _, ...finding }) => {
    const count = (seen.get(finding.code) ?? 0) + 1;
    seen.set(finding.code, count);
    return count <= maxTold ? [finding] : [];
  });
};

const countsOf = (all: readonly Found[]): LaunchReport['counts'] =>
  Object.fromEntries([...Map.groupBy(all, ({ code }) => code)].map(([code, { length }]) => [code, length]));

/**
 * Digest of what is published, on which accounts, at what cost, and of all findings; for a change, only of what it
 * changes. Constantly moving counters (posts of other workspaces, this one's spending) change it only through a finding;
 * otherwise no launch could ever name the current version.
 */
const versionOf = (facts: LaunchFacts, all: readonly Found[], { x }: LaunchCost): string => {
  const { change, budget, marksLinks, experiment } = facts;
  const versioned = (findings: readonly Found[]) => findings.map(({ level, code, place }) => ({ level, code, place }));
  const slots = facts.slots.map(({ post, ...slot }) => ({ ...slot, contentHash: post?.contentHash ?? null }));
  // Posts that a launched campaign publishes meanwhile must not change the version of a change.
  const seen = change
    ? {
        change: change.seen,
        slots: slots.filter(({ slotKey }) => change.changed.has(slotKey)).map(({ publishAt: _, ...slot }) => slot),
        ...{ budget, marksLinks, experiment },
        findings: versioned(all.filter(aboutChange(change, facts.slots))),
      }
    : { slots, budget, marksLinks, experiment, micros: x.micros, findings: versioned(all) };
  return createHash('sha256').update(canonicalOf(seen)).digest('hex').slice(0, 32);
};
