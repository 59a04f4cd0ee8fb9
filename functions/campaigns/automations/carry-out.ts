import type { AutomationOrder, CampaignStep, StepOutcome } from '#events/automation-steps.ts';
import { longestMessage } from '#events/campaign-content.ts';
import { isLostUpdate, retryOnLostUpdate } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import { mayDo } from '#shared/permissions.ts';
import type { Deps } from '../deps.ts';
import { resume, take } from '../domain/campaign.ts';
import { untilNoneSends } from '../lifecycle/stop.ts';
import { catchUpPolicyOf } from '../resuming/missed.ts';
import { automationAuthor } from './begin-run.ts';

/** Pauses or resumes a campaign for an automation. One that is so already stays as it is. */
export const carryOutForAutomation = async (
  deps: Deps,
  order: AutomationOrder,
  { kind, campaignId }: CampaignStep,
  correlationId: string,
): Promise<StepOutcome> => {
  if (deps.now().toISOString() >= order.notAfter) return { outcome: 'too_late' };
  if (!mayDo(order.by.role, 'campaigns:launch'))
    return refusedFor('role_lacks_permission', 'Its owner may not do this.');
  const author = automationAuthor(order.automationId, order.chain, correlationId);
  const doing = { by: order.by.personId, now: deps.now(), note: null };
  try {
    const changed = await retryOnLostUpdate(async () => {
      const campaign = await deps.campaigns.get(order.workspaceId, campaignId);
      const aim = kind === 'pause_campaign' ? 'paused' : 'running';
      if (campaign.status === aim) return campaign;
      const next =
        kind === 'pause_campaign'
          ? take(campaign, 'pause', doing)
          : resume(campaign, await catchUpPolicyOf(deps, campaign), doing);
      return deps.campaigns.save(next, author);
    });
    if (kind === 'pause_campaign') await untilNoneSends(deps, changed);
    return { outcome: 'done', made: { kind: 'campaign', id: campaignId }, facts: null, message: null };
  } catch (error) {
    if (!(error instanceof DomainError) || isLostUpdate(error)) throw error;
    return refusedFor(error.code, error.message);
  }
};

const refusedFor = (code: string, message: string): StepOutcome => ({
  outcome: 'refused',
  code,
  message: message.slice(0, longestMessage),
});
