import { DomainError, notFound } from '#shared/errors.ts';
import { type Caller, type Route, route } from '#shared/http/route.ts';
import { knownTimeZone } from '#shared/http/time-zone.ts';
import { newId } from '#shared/ids.ts';
import type { Deps } from '../deps.ts';
import { type Campaign, newDraft, type Placement, replan } from '../domain/campaign.ts';
import { invalidField } from '../domain/invalid-plan.ts';
import { maxBlackouts, type Plan } from '../domain/plan.ts';
import type { Blackout } from '../domain/plan-policies.ts';
import { campaignReader } from '../read-campaign.ts';
import { knownPosts } from '../read-content.ts';
import { savedPlan } from '../read-plan.ts';
import { viewOf } from '../views.ts';
import * as contract from './contract.ts';
import { editPlan } from './edit-plan.ts';
import { planFromPosts } from './from-posts.ts';
import { importBlackouts } from './import-blackouts.ts';
import { previewOf } from './preview.ts';
import { expand, writePlan } from './write-plan.ts';

/** Routes to plan campaigns. */
export const planningRoutes = (deps: Deps): Route[] => {
  const { campaigns, plans, now } = deps;
  const read = campaignReader(deps);

  const save = async (campaign: Campaign, plan: Plan, caller: Caller, note: string | null) => {
    // Fails early, before the plan is expanded; the status is checked again on the final write.
    replan(campaign, 0);
    const { personId, people } = caller;
    const written = await writePlan(deps, campaign, plan, { personId, people, note });
    const { authors, endsAt, version } = written;
    return campaigns.save({ ...replan(campaign, version.slots), authors, endsAt }, caller, written);
  };

  return [
    route(contract.createCampaign, async ({ body: { plan, posts, timeZone, ...said }, caller }) => {
      const { workspaceId, personId, people } = caller;
      const ids = { id: newId('cmp', now()), workspaceId, timeZone: knownTimeZone(timeZone) };
      const draft = newDraft({ ...said, ...ids });
      const first = plan ?? (posts && (await planOf(deps, draft, posts)));
      if (!first) return viewOf(await campaigns.create(draft, caller), caller);
      const written = await writePlan(deps, draft, first, { personId, people, note: null });
      const { authors, endsAt, version } = written;
      const planned = { ...draft, planVersion: 1, slotCount: version.slots, authors, endsAt };
      return viewOf(await campaigns.create(planned, caller, written), caller);
    }),
    route(contract.getCampaignPlan, async ({ path: { campaignId }, query, caller: { workspaceId } }) => {
      const campaign = await campaigns.get(workspaceId, campaignId);
      const wanted = query.version ?? campaign.planVersion;
      const version = await plans.findVersion(workspaceId, campaignId, wanted);
      if (!version) throw notFound('plan version');
      return { version, plan: (await savedPlan(deps, campaign, wanted)).plan };
    }),
    route(contract.replaceCampaignPlan, async ({ path, body: { plan, posts, note }, caller, request }) => {
      const campaign = await read(caller, path, request);
      const next = plan ?? (await planOf(deps, campaign, posts ?? []));
      return viewOf(await save(campaign, next, caller, note), caller);
    }),
    route(contract.editCampaignPlan, async ({ path, body: { edit, note }, caller, request }) => {
      const campaign = await read(caller, path, request);
      const { plan } = await savedPlan(deps, campaign);
      return viewOf(await save(campaign, editPlan(plan, edit, freeTrackId(plan)), caller, note), caller);
    }),
    route(contract.listCampaignPlanVersions, async ({ path: { campaignId }, query: { limit, cursor }, caller }) => {
      const { workspaceId } = caller;
      await campaigns.get(workspaceId, campaignId);
      const scope = { operation: contract.listCampaignPlanVersions.id, workspaceId, campaignId };
      return plans.listVersions(workspaceId, campaignId, { limit, cursor, scope });
    }),
    route(contract.previewCampaignPlan, async ({ path, body, caller: { workspaceId } }) => {
      const campaign = await campaigns.get(workspaceId, path.campaignId);
      const saved = body.plan ?? (await savedPlan(deps, campaign)).plan;
      const plan = body.edit ? editPlan(saved, body.edit, freeTrackId(saved)) : saved;
      const expanded = await expand(deps, campaign, plan);
      return previewOf(expanded, { after: body.after ?? now().toISOString(), limit: body.limit });
    }),
    route(contract.importCampaignBlackouts, async ({ path, body: { calendar, from, to, note }, caller, request }) => {
      const campaign = await read(caller, path, request);
      const { plan } = await savedPlan(deps, campaign);
      const { blackouts, leftOut } = importBlackouts(calendar, { timeZone: plan.timeZone, from, to });
      const added = newBlackouts(blackouts, plan.blackouts);
      const all = [...plan.blackouts, ...added];
      if (all.length > maxBlackouts) {
        throw invalidField('blackouts', 'too_many_blackouts', `would be more than ${maxBlackouts}`);
      }
      // There is no version to save, but the status of the campaign is checked all the same.
      if (added.length === 0) replan(campaign, 0);
      const saved = added.length > 0 ? await save(campaign, { ...plan, blackouts: all }, caller, note) : campaign;
      return { campaign: viewOf(saved, caller), imported: added.length, leftOut };
    }),
  ];
};

/** Creates the plan for a plain list of posts. @throws DomainError `post_not_found`, which lists the posts */
const planOf = async (
  deps: Deps,
  { id, workspaceId, timeZone }: Pick<Campaign, 'id' | 'workspaceId' | 'timeZone'>,
  posts: readonly Placement[],
): Promise<Plan> => {
  const postIds = posts.map(({ postId }) => postId);
  const known = await knownPosts(deps, workspaceId, postIds);
  const fields = postIds.flatMap((postId, place) =>
    known.has(postId)
      ? []
      : [
          {
            path: `body.posts.${place}.postId`,
            code: 'post_not_found',
            message: 'does not exist in this workspace',
          },
        ],
  );
  if (fields.length > 0) {
    const said = 'Some of the posts do not exist in this workspace; `fields` names them.';
    throw new DomainError('not-found', 'post_not_found', said, { fields });
  }
  const accountOf = (postId: string): string => known.get(postId)?.accountId ?? '';
  return planFromPosts(posts, { timeZone, seed: id, accountOf });
};

/** Blackouts that are new, without duplicates: extended holiday calendars are imported again. */
const newBlackouts = (imported: readonly Blackout[], existing: readonly Blackout[]): Blackout[] => {
  const keyOf = ({ kind, name, from, to }: Blackout): string => [kind, name, from, to].join('\n');
  const known = new Set(existing.map(keyOf));
  return imported.filter((each) => !known.has(keyOf(each)) && known.add(keyOf(each)));
};

/** An id that no track or series of the plan has. */
const freeTrackId = ({ tracks }: Plan): string => {
  const taken = new Set(tracks.flatMap(({ id, seriesId }) => [id, seriesId]));
  for (let count = tracks.length + 1; ; count += 1) {
    const id = `track-${count}`;
    if (!taken.has(id)) return id;
  }
};
