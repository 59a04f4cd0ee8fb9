import {
  type AutomationOrder,
  type CampaignStep,
  isTooLate,
  mayHaveDone,
  notPermittedStep,
  refusedStep,
  type StepOutcome,
} from '#events/automation-steps.ts';
import { isLostUpdate, retryOnLostUpdate } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import type { Deps } from '../deps.ts';
import { notAfterOf } from '../domain/automation-run.ts';
import { resume, take } from '../domain/campaign.ts';
import { catchUpPolicyOf } from '../read-plan.ts';
import { automationAuthor } from './begin-run.ts';

/**
 * Pauses or resumes a campaign for an automation, once: a retry does not undo what people have done with the campaign
 * since. If the campaign already has the status, nothing changes. A post permitted before a pause can still go out.
 */
export const carryOutForAutomation = async (
  deps: Deps,
  order: AutomationOrder,
  { kind, campaignId }: CampaignStep,
  correlationId: string,
): Promise<StepOutcome> => {
  if (!mayHaveDone(order.by.role, kind)) return notPermittedStep;
  const author = automationAuthor(order.automationId, order.chain, correlationId);
  const lastRunStep = `${order.runId}/${order.step}`;
  const doing = { by: order.by.personId, now: deps.now(), note: null };
  try {
    const isInTime = await retryOnLostUpdate(async () => {
      const campaign = await deps.campaigns.get(order.workspaceId, campaignId);
      if (campaign.lastRunStep === lastRunStep) return true;
      if (campaign.status === (kind === 'pause_campaign' ? 'paused' : 'running')) return true;
      const next =
        kind === 'pause_campaign'
          ? take(campaign, 'pause', doing)
          : resume(campaign, await catchUpPolicyOf(deps, campaign), doing);
      if (!(await isStillAsked(deps, order))) return false;
      await deps.campaigns.save({ ...next, lastRunStep }, author);
      return true;
    });
    if (!isInTime) return { outcome: 'too_late' };
    return { outcome: 'done', made: { kind: 'campaign', id: campaignId }, facts: null, message: null };
  } catch (error) {
    if (!(error instanceof DomainError) || isLostUpdate(error)) throw error;
    return refusedStep(error.code, error.message);
  }
};

/**
 * Whether the run still waits for this step. A call that timed out but is still running must not resume a campaign that
 * a person has paused since. Other steps are idempotent by the id of what they create; these two undo each other.
 */
const isStillAsked = async ({ runs, now }: Pick<Deps, 'runs' | 'now'>, order: AutomationOrder): Promise<boolean> => {
  const { acting } = (await runs.find(order.workspaceId, order.runId)) ?? { acting: null };
  return acting?.step === order.step && notAfterOf(acting) === order.notAfter && !isTooLate(order, now());
};
