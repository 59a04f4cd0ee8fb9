import * as z from 'zod';
import { CampaignAccounts, CompositionOutcome, ContentFacts } from '#events/campaign-content.ts';
import type { Author } from '#shared/actor.ts';
import { retryOnLostUpdate } from '#shared/entities.ts';
import { DomainError } from '#shared/errors.ts';
import { CampaignId, WorkspaceId } from '#shared/ids.ts';
import { type Task, task } from '#shared/lambda/task.ts';
import { carryOut, giveUpClaims } from '../applying/carry-out.ts';
import type { Deps } from '../deps.ts';
import { withPeople } from '../domain/authors.ts';
import { abandonLaunch, applied, type Campaign, isLaunching, type Launch, start } from '../domain/campaign.ts';
import { goesOut } from '../domain/check.ts';
import type { LaunchReport } from '../domain/launch-report.ts';
import { tasks as names } from '../task-names.ts';
import { claimPart, finishClaims } from './claim-slots.ts';
import { gatherFacts } from './gather-facts.ts';
import { launchCheck } from './launch-check.ts';
import { type CheckRef, idOf, openCheck } from './open-check.ts';

const onCampaign = { workspaceId: WorkspaceId, campaignId: CampaignId };
const onCheck = { ...onCampaign, kind: z.enum(['check', 'launch']), number: z.int().min(1) };
const onPart = { ...onCheck, part: z.int().min(0) };
const onLaunch = { ...onCampaign, number: z.int().min(1) };

type OnCheck = z.infer<z.ZodObject<typeof onCheck>>;

const isUnderWay = (campaign: Campaign | undefined, { kind, number }: CheckRef): campaign is Campaign => {
  if (!campaign) return false;
  if (kind === 'launch') return isLaunching(campaign, number);
  return campaign.check?.number === number && campaign.check.status === 'running';
};

/** Maximum number of fields named in a reason; the preview has all. */
const maxNamed = 3;

/** Why a plan is invalid, as text for the campaign, which has no `fields`. */
const inWords = ({ message, fields }: DomainError): string => {
  if (fields.length === 0) return message;
  const named = fields.slice(0, maxNamed).map((field) => `"${field.path}" ${field.message}`);
  return `The plan can no longer be carried out as saved: ${named.join('; ')}. Preview it to see all that is to be fixed.`;
};

/** Idempotent tasks of `check-campaign` and `launch-campaign`. */
export const launchTasks = (deps: Deps): Task[] => {
  const { campaigns, checks } = deps;
  const find = async ({ workspaceId, campaignId, kind, number }: OnCheck): Promise<Campaign | undefined> => {
    const campaign = await campaigns.find(workspaceId, campaignId);
    return isUnderWay(campaign, { kind, number }) ? campaign : undefined;
  };
  return [
    task(names.openCheck, z.object(onCheck), async (input) => {
      const campaign = await find(input);
      if (!campaign) return { outcome: 'ended' };
      try {
        return { outcome: 'opened', ...(await openCheck(deps, campaign, input)) };
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        return { outcome: 'invalid', code: error.code, reason: inWords(error) };
      }
    }),
    task(names.readPart, z.object(onPart), async ({ workspaceId, campaignId, part, ...ref }) => {
      const campaign = await campaigns.get(workspaceId, campaignId);
      const found = await checks.getPart(workspaceId, campaignId, idOf(ref), part);
      // A check that was replaced creates nothing: it would act on behalf of whoever requested the new one.
      const slots = isUnderWay(campaign, ref) ? found.slots : [];
      const asker = ref.kind === 'launch' ? campaign.launch?.requestedBy : campaign.check?.requestedBy;
      return {
        // Drafts are created on behalf of whoever requested the check; those who wrote the values are authors too.
        by: asker && { ...asker, people: withPeople(asker.people, campaign.authors) },
        compose: slots
          .filter(goesOut)
          .flatMap(({ slotKey, postId, accountId, content, isToMake }) =>
            isToMake && content.kind === 'template'
              ? [{ slotKey, postId, accountId, templateId: content.templateId, values: content.values }]
              : [],
          ),
        describe: slots.filter(goesOut).map(({ slotKey, postId, publishAt }) => ({ slotKey, postId, publishAt })),
      };
    }),
    task(
      names.keepPart,
      z.object({ ...onPart, composed: CompositionOutcome, described: ContentFacts }),
      async ({ workspaceId, campaignId, part, composed, described, ...ref }) => {
        // What a report or review refers to stays as it was reported.
        if (!isUnderWay(await campaigns.find(workspaceId, campaignId), ref)) return;
        const found = await checks.getPart(workspaceId, campaignId, idOf(ref), part);
        const problems = new Map(composed.posts.map(({ slotKey, problem }) => [slotKey, problem]));
        const facts = new Map(described.posts.map((post) => [post.slotKey, post.facts]));
        const slots = found.slots.map((slot) => ({
          ...slot,
          problem: problems.get(slot.slotKey) ?? null,
          facts: facts.get(slot.slotKey) ?? null,
        }));
        await checks.putPart(workspaceId, campaignId, idOf(ref), { ...found, slots });
      },
    ),
    task(names.report, z.object({ ...onCheck, accounts: CampaignAccounts }), async ({ accounts, ...input }, origin) => {
      const campaign = await find(input);
      if (!campaign) return { outcome: 'ended' };
      const parts = await checks.parts(input.workspaceId, input.campaignId, idOf(input));
      const facts = await gatherFacts(deps, campaign, parts, accounts);
      const report = launchCheck(facts, campaign.id, deps.now().toISOString());
      await checks.putReport(campaign.workspaceId, campaign.id, report, accounts);
      if (input.kind === 'launch') return afterRecheck(deps, campaign, report, origin);
      await campaigns.save(reported(campaign, report, input), origin);
      return { outcome: 'reported' };
    }),
    task(names.failCheck, z.object(onCheck), async (input, origin) => {
      const campaign = await find(input);
      if (!campaign?.check) return;
      await campaigns.save({ ...campaign, check: { ...campaign.check, status: 'failed' } }, origin);
    }),
    task(names.claimPart, z.object({ ...onLaunch, part: z.int().min(0) }), async (input, origin) =>
      claimPart(deps, input, origin),
    ),
    task(names.start, z.object(onLaunch), async ({ workspaceId, campaignId, number }, origin) =>
      retryOnLostUpdate(async () => {
        const campaign = await campaigns.find(workspaceId, campaignId);
        const launch = campaign?.launch;
        if (!campaign || !launch || !isLaunching(campaign, number)) return { outcome: 'ended' };
        if (launch.kind === 'launch') await finishClaims(deps, campaign, launch, origin);
        else if ((await carryOut(deps, campaign, launch, origin)) === 'more') return { outcome: 'more' };
        // `carryOut` has written its progress to the campaign.
        const current = launch.kind === 'launch' ? campaign : await campaigns.get(workspaceId, campaignId);
        if (!isLaunching(current, number)) return { outcome: 'ended' };
        const doing = { by: launch.requestedBy.personId, now: deps.now() };
        await deps.plans.noteApplied(current, { at: doing.now.toISOString(), by: doing.by, note: launch.note });
        await campaigns.save(launch.kind === 'launch' ? start(current, doing) : applied(current, doing), origin);
        return { outcome: 'started' };
      }),
    ),
    task(
      names.abandonLaunch,
      z.object({ ...onLaunch, code: z.string().max(64), reason: z.string().max(500) }),
      async ({ workspaceId, campaignId, number, code, reason }, origin) =>
        retryOnLostUpdate(async () => {
          const campaign = await campaigns.find(workspaceId, campaignId);
          if (!campaign?.launch || !isLaunching(campaign, number)) return { outcome: 'ended' };
          if (campaign.launch.kind === 'change' && (await giveUpClaims(deps, campaign, origin)) === 'more') {
            return { outcome: 'more' };
          }
          await campaigns.save(abandonLaunch(campaign, campaign.launch, { code, reason }), origin);
          return { outcome: 'abandoned' };
        }),
    ),
  ];
};

/** The campaign with the summary of its report. */
const reported = (campaign: Campaign, report: LaunchReport, ref: CheckRef): Campaign => ({
  ...campaign,
  check: campaign.check && { ...campaign.check, status: 'done' },
  report: {
    version: report.version,
    planVersion: campaign.planVersion,
    checkedAt: report.checkedAt,
    canLaunch: report.canLaunch,
    checkId: idOf(ref),
  },
});

/** How many slots there are to set up, and to claim. */
const workOf = ({ slots, change }: LaunchReport): Pick<Launch, 'total' | 'claims'> => {
  if (!change) return { total: slots, claims: slots };
  const { added, replaced, moved, dropped } = change.counts;
  return { total: added + replaced + moved + dropped, claims: added + replaced };
};

/**
 * Continues the launch if the new report equals the one that the caller has seen, or abandons it with the new report.
 */
const afterRecheck = async (
  { campaigns }: Pick<Deps, 'campaigns'>,
  campaign: Campaign,
  report: LaunchReport,
  author: Author,
) => {
  const { launch } = campaign;
  if (!launch) return { outcome: 'ended' };
  if (report.canLaunch && report.version === launch.reportVersion) {
    await campaigns.save({ ...campaign, launch: { ...launch, ...workOf(report) } }, author);
    return { outcome: 'launchable' };
  }
  const ref: CheckRef = { kind: 'launch', number: launch.number };
  const failure = report.canLaunch
    ? {
        code: 'launch_report_outdated',
        reason: 'Something has changed since the launch report. Review the new report.',
      }
    : { code: 'launch_blocked', reason: 'The launch check found blockers. Review the new report.' };
  await campaigns.save(abandonLaunch(reported(campaign, report, ref), launch, failure), author);
  return { outcome: 'refused' };
};
