import type { RetryPolicy } from '#shared/events/reference.ts';
import type { Clock } from '#shared/time.ts';
import type { AccountTimeStore } from './store/account-times.ts';
import type { AutomationLoopStore } from './store/automation-loops.ts';
import type { AutomationRunStore } from './store/automation-runs.ts';
import type { AutomationStopStore } from './store/automation-stops.ts';
import type { AutomationStore } from './store/automations.ts';
import type { CampaignStore } from './store/campaigns.ts';
import type { CheckStore } from './store/checks.ts';
import type { ExperimentStore } from './store/experiments.ts';
import type { KnownContentStore } from './store/known-content.ts';
import type { KnownPostStore } from './store/known-posts.ts';
import type { PassStore } from './store/passes.ts';
import type { PlanStore } from './store/plans.ts';
import type { RecentEventStore } from './store/recent-events.ts';
import type { SlotStore } from './store/slots.ts';

/** Dependencies of this context. */
export interface Deps {
  campaigns: CampaignStore;
  plans: PlanStore;
  slots: SlotStore;
  checks: CheckStore;
  experiments: ExperimentStore;
  posts: KnownPostStore;
  /** Queues and templates. */
  content: KnownContentStore;
  /** Publications planned on accounts. */
  times: AccountTimeStore;
  /** Permits to publish posts, and spending. */
  passes: PassStore;
  automations: AutomationStore;
  runs: AutomationRunStore;
  loops: AutomationLoopStore;
  automationStops: AutomationStopStore;
  recentEvents: RecentEventStore;
  now: Clock;
  /** Waits this many milliseconds. */
  sleep: (milliseconds: number) => Promise<unknown>;
  /** Milliseconds after which a call to X can no longer land. */
  settleMs: number;
  /** How long to wait for a post that is not known yet. */
  patience: RetryPolicy;
}
