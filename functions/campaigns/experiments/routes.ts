import { type Route, route } from '#shared/http/route.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { withPeople } from '../domain/authors.ts';
import { type Campaign, experimentOf, registerExperiment, signOffExperiment } from '../domain/campaign.ts';
import type { CampaignExperiment } from '../domain/experiment.ts';
import { campaignReader } from '../read-campaign.ts';
import { savedPlan } from '../read-plan.ts';
import { viewOf } from '../views.ts';
import * as contract from './contract.ts';
import { expandTrials } from './expand-trials.ts';
import { observedBlocks, type ObservedSlot, observedSlots } from './observe.ts';
import { sightOf } from './power.ts';
import { splitsOf, verdictOf } from './verdict.ts';

/** Routes to register, sign off and read experiments. */
export const experimentRoutes = (deps: Deps): Route[] => {
  const { campaigns, experiments, now } = deps;
  const read = campaignReader(deps);
  return [
    route(contract.getCampaignExperiment, async ({ path: { campaignId }, caller: { workspaceId } }) => {
      const campaign = await campaigns.get(workspaceId, campaignId);
      const experiment = experimentOf(campaign);
      const slots = await observedSlots(deps, campaign);
      const blocks = observedBlocks(slots, campaign);
      return {
        ...experiment,
        contents: await experiments.contents(workspaceId, campaignId, experiment.contents),
        accountIds: [...new Set(slots.map(({ accountId }) => accountId))],
        smallestLift: sightOf(experiment, blocks.length).smallestLift,
        blocks: blocksOfView(blocks, slots),
        verdict: campaign.run > 0 ? verdictOf(experiment, blocks, now()) : null,
        sampleRatio: splitsOf(experiment, blocks),
      };
    }),
    route(contract.putCampaignExperiment, async ({ path, body: { contents, ...registration }, caller, request }) => {
      const campaign = await read(caller, path, request);
      // Fails early, before the plan is expanded; the status is checked again on the final write.
      registerExperiment(campaign, null);
      const { workspaceId, id } = campaign;
      const registered = { ...registration, signedOff: null };
      const { plan } = await savedPlan(deps, campaign);
      await expandTrials(deps, campaign, plan, { experiment: registered, contents });
      const written = await experiments.putContents(workspaceId, id, newId('evt', now()), contents);
      const registeredAt = now().toISOString();
      const experiment = { ...registered, registeredAt, contents: written, conclusion: null };
      try {
        const next = registerExperiment(campaign, experiment);
        const authors = contents.some(({ content }) => content.kind === 'template')
          ? withPeople(campaign.authors, caller.people)
          : campaign.authors;
        const saved = await campaigns.save({ ...next, authors }, caller);
        await discardContents(deps, campaign, campaign.experiment);
        return viewOf(saved, caller);
      } catch (error) {
        await discardContents(deps, campaign, experiment);
        throw error;
      }
    }),
    route(contract.deleteCampaignExperiment, async ({ path, caller, request }) => {
      const campaign = await read(caller, path, request);
      const experiment = experimentOf(campaign);
      const saved = await campaigns.save(registerExperiment(campaign, null), caller);
      await discardContents(deps, campaign, experiment);
      return viewOf(saved, caller);
    }),
    route(contract.signOffCampaignExperiment, async ({ path, body: { note }, caller, request }) => {
      const campaign = await read(caller, path, request);
      const signed = signOffExperiment(campaign, { by: caller.personId, now: now(), note });
      return viewOf(await campaigns.save(signed, caller), caller);
    }),
  ];
};

const discardContents = async (
  { experiments }: Pick<Deps, 'experiments'>,
  { workspaceId, id }: Campaign,
  experiment: CampaignExperiment | null,
): Promise<void> => {
  if (experiment) await experiments.deleteContents(workspaceId, id, experiment.contents);
};

const blocksOfView = (blocks: ReturnType<typeof observedBlocks>, slots: readonly ObservedSlot[]) => {
  const byKey = new Map(slots.map((slot) => [slot.slotKey, slot]));
  return blocks.map((block) => ({
    ...block,
    slots: block.slots.flatMap(({ id, variant }) => {
      const slot = byKey.get(id);
      return slot ? [{ ...slot, variant }] : [];
    }),
  }));
};
