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

/** What this context needs from the world. */
export interface Deps {
  campaigns: CampaignStore;
  plans: PlanStore;
  slots: SlotStore;
  checks: CheckStore;
  experiments: ExperimentStore;
  posts: KnownPostStore;
  /** Queues and templates. */
  content: KnownContentStore;
  /** What goes out on accounts. */
  times: AccountTimeStore;
  /** Which posts may go out now, and what is spent. */
  passes: PassStore;
  automations: AutomationStore;
  runs: AutomationRunStore;
  loops: AutomationLoopStore;
  automationStops: AutomationStopStore;
  recentEvents: RecentEventStore;
  now: Clock;
  /** Waits that many milliseconds. */
  sleep: (milliseconds: number) => Promise<unknown>;
  /** After how many milliseconds a call to X can no longer land. */
  settleMs: number;
  /** How long a post that is unknown yet is waited for. */
  patience: RetryPolicy;
}
