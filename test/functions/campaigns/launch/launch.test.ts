import { beforeEach, describe, expect, test } from 'vitest';
import { PostDeleted, PostPublished, TemplateChanged } from '#events/posts.ts';
import { changeCampaign } from '#functions/campaigns/brief/contract.ts';
import { cloneCampaign } from '#functions/campaigns/cloning/contract.ts';
import type { Campaign } from '#functions/campaigns/domain/campaign.ts';
import { checkCampaign, getLaunchReport, launchCampaign } from '#functions/campaigns/launch/contract.ts';
import { cancelCampaign } from '#functions/campaigns/lifecycle/contract.ts';
import { createCampaign, replaceCampaignPlan } from '#functions/campaigns/planning/contract.ts';
import { CampaignView } from '#functions/campaigns/views.ts';
import { Problem } from '#shared/http/problem.ts';
import { newId } from '#shared/ids.ts';
import type { Table } from '#shared/table.ts';
import { instantAfter } from '#shared/time.ts';
import { Stopped } from '#test/simulation/interpreter.ts';
import { owner } from '#test/support/http-event.ts';
import { accountId, type Harness, harness, know, noon, planOf, slotsOf, workspaceId } from '../harness.ts';
import { type Answers, answers, workflowsOf } from '../workflows.ts';

const hour = 3_600_000;
const templateId = 'tpl_01KATJ9V5H8Q3M4N5P6R7S8T9V';

const editor = { ...owner, personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9E', role: 'editor' as const };

let context: Harness;
let others: Answers;
let workflows: ReturnType<typeof workflowsOf>;

beforeEach(() => {
  context = harness();
  others = answers();
  workflows = workflowsOf(context, others);
});

const knowTemplate = (version = 1, requiredVariables = ['tip']) =>
  context.happened(TemplateChanged, templateId, version, { requiredVariables });

/** A plan that publishes one post of the template a minute, with these tips. */
const tipsPlan = (tips: readonly string[], firstMs = hour) => ({
  timeZone: 'Europe/Berlin',
  seed: 'seed',
  tracks: [
    {
      id: 'tips',
      accountIds: [accountId],
      content: { kind: 'template', templateId, values: tips.map((tip) => ({ tip })) },
      times: { kind: 'fixed', instants: tips.map((_, place) => instantAfter(noon, firstMs + place * 60_000)) },
    },
  ],
});
const numbered = (count: number) => Array.from({ length: count }, (_, place) => `Tip ${place}`);

const create = async (body: object): Promise<string> => {
  const made = await context.ask(createCampaign, CampaignView, { body: { name: 'Spring', timeZone: 'UTC', ...body } });
  expect(made.status, made.raw).toBe(201);
  return made.body.id;
};
const createOf = async (count: number, firstMs = hour) => {
  const posts = planOf(count, firstMs);
  for (const { postId } of posts) await know(context.deps, postId);
  return { campaignId: await create({ posts }), posts };
};
const campaign = (campaignId: string): Promise<Campaign> => context.deps.campaigns.get(workspaceId, campaignId);
const check = async (campaignId: string) => {
  const asked = await context.ask(checkCampaign, CampaignView, { path: { campaignId } });
  expect(asked.status, asked.raw).toBe(202);
  await workflows.settle();
  return (await campaign(campaignId)).report?.version ?? '';
};
const askLaunch = (campaignId: string, reportVersion: string) =>
  context.ask(launchCampaign, CampaignView.or(Problem), { path: { campaignId }, body: { reportVersion } });
const report = async (campaignId: string) =>
  (await context.ask(getLaunchReport, getLaunchReport.response, { path: { campaignId } })).body;
const takenBy = async (postId: string) => (await context.deps.posts.find(workspaceId, postId))?.taken?.campaignId;
const stopAt = (task: string, time = 1) => {
  let met = 0;
  return (name: string) => {
    if (name === task && (met += 1) === time) throw new Stopped();
  };
};

/** Counts the items that are written from now on. */
const countWrites = (): (() => number) => {
  const { table } = context;
  const stored: Table = { ...table };
  let count = 0;
  const counted = <Result>(items: number, result: Result): Result => {
    count += items;
    return result;
  };
  const counting: Pick<Table, 'put' | 'putAll' | 'update' | 'transact'> = {
    put: (...given) => counted(1, stored.put(...given)),
    putAll: (items) => counted(items.length, stored.putAll(items)),
    update: (...given) => counted(1, stored.update(...given)),
    transact: (writes) => counted(writes.filter((each) => !('check' in each)).length, stored.transact(writes)),
  };
  Object.assign(table, counting);
  return () => count;
};

test('a check is accepted despite a concurrent write to the campaign', async () => {
  const { campaignId } = await createOf(2);
  const path = { campaignId };
  const asked = async () => (await context.ask(checkCampaign, CampaignView.or(Problem), { path })).status;
  const renamed = async () => {
    const sent = { path, headers: { 'if-match': '*' }, body: { name: 'Summer' } };
    return (await context.ask(changeCampaign, CampaignView.or(Problem), sent)).status;
  };
  expect((await Promise.all([renamed(), asked()]))[1]).toBe(202);
  expect((await Promise.all([asked(), renamed()]))[0]).toBe(202);
});

describe('a launch of 2,000 slots', () => {
  test('completes and reports its progress', { timeout: 120_000 }, async () => {
    await knowTemplate();
    const written = countWrites();
    const begun = performance.now();
    const campaignId = await create({ plan: tipsPlan(numbered(2_000)) });
    const planned = { at: performance.now(), writes: written() };
    const reportVersion = await check(campaignId);
    const checked = { at: performance.now(), writes: written() };
    expect(await report(campaignId)).toMatchObject({ canLaunch: true, slots: 2_000, blockers: [] });
    expect(others.made.size).toBe(2_000);
    await askLaunch(campaignId, reportVersion);
    const done: number[] = [];
    await workflows.settle({
      before: async (task) => {
        if (task === 'campaigns.claimPart') done.push((await campaign(campaignId)).launch?.done ?? -1);
      },
    });
    const launched = { at: performance.now(), writes: written() };
    expect(await campaign(campaignId)).toMatchObject({
      status: 'running',
      run: 1,
      launch: { done: 2_000, total: 2_000, failure: null },
    });
    expect(done).toEqual(Array.from({ length: 80 }, (_, part) => part * 25));
    expect(await slotsOf(context.deps, { id: campaignId })).toHaveLength(2_000);
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    process.stdout.write(
      `2,000 slots in memory: planned in ${seconds(begun, planned.at)} s (${planned.writes} items written), ` +
        `checked in ${seconds(planned.at, checked.at)} s (${checked.writes - planned.writes} items written), ` +
        `launched in ${seconds(checked.at, launched.at)} s (${launched.writes - checked.writes} items written)\n`,
    );
  });
});

describe('a check', () => {
  test('fails if the plan is replaced meanwhile; the next check covers the new plan', async () => {
    const { campaignId, posts } = await createOf(2);
    const [, last] = posts;
    const asked = await context.ask(checkCampaign, CampaignView, { path: { campaignId } });
    expect(asked.status).toBe(202);
    let isMet = false;
    await workflows.settle({
      before: async (task) => {
        if (task !== 'campaigns.report' || isMet) return;
        isMet = true;
        const headers = { 'if-match': '*' };
        const replaced = await context.ask(replaceCampaignPlan, CampaignView.or(Problem), {
          ...{ path: { campaignId }, headers, body: { posts: [last] } },
        });
        expect(replaced.status, replaced.raw).toBe(200);
      },
    });
    expect(await campaign(campaignId)).toMatchObject({ planVersion: 2, report: null, check: { status: 'failed' } });
    await check(campaignId);
    expect(await campaign(campaignId)).toMatchObject({
      report: { planVersion: 2 },
      check: { number: 2, status: 'done' },
    });
  });

  test('composes no posts on behalf of its requester once another check has replaced it', async () => {
    await knowTemplate();
    const campaignId = await create({ plan: tipsPlan(numbered(2)) });
    await context.ask(checkCampaign, CampaignView, { path: { campaignId }, as: editor });
    const [first] = workflows.due();
    if (!first) throw new Error('nothing is due');
    let isMet = false;
    await workflows.start(first, {
      before: async (task) => {
        if (task !== 'campaigns.readPart' || isMet) return;
        isMet = true;
        await context.ask(checkCampaign, CampaignView, { path: { campaignId } });
      },
    });
    const orders = others.asked.filter(({ task }) => task === 'posts.composeForCampaign');
    expect(orders.map(({ input }) => (input as { slots: unknown[] }).slots)).toEqual([[]]);
    await workflows.settle();
    expect(others.made.size).toBe(2);
  });

  test('leaves its report unchanged when an overtaken execution continues after it', async () => {
    const { campaignId } = await createOf(2);
    await context.ask(checkCampaign, CampaignView, { path: { campaignId } });
    const [event] = workflows.due();
    if (!event) throw new Error('nothing is due');
    let isMet = false;
    await workflows.start(event, {
      before: async (task) => {
        if (task !== 'campaigns.readPart' || isMet) return;
        isMet = true;
        await workflows.start(event);
      },
    });
    const { report: head } = await campaign(campaignId);
    const parts = await context.deps.checks.parts(workspaceId, campaignId, head?.checkId ?? '');
    expect(parts.flatMap(({ slots }) => slots.map(({ facts }) => facts?.status))).toEqual(['draft', 'draft']);
  });

  test('composes drafts in the name of its requester and of those who filled in the template', async () => {
    await knowTemplate();
    const campaignId = await create({ plan: tipsPlan(numbered(2)) });
    const colleague = { ...owner, personId: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9W' };
    const replan = async (tips: readonly string[], firstMs: number) => {
      const sent = { path: { campaignId }, headers: { 'if-match': '*' }, body: { plan: tipsPlan(tips, firstMs) } };
      expect((await context.ask(replaceCampaignPlan, CampaignView, { ...sent, as: colleague })).status).toBe(200);
    };
    const hands = async () => {
      await context.ask(checkCampaign, CampaignView, { path: { campaignId }, as: editor });
      await workflows.settle();
      const order = others.asked.findLast(({ task }) => task === 'posts.composeForCampaign');
      return (order?.input as { by: { people: string[] } }).by.people;
    };
    await replan(numbered(2), 2 * hour);
    expect(await hands(), 'other times write nothing').toEqual([editor.personId, owner.personId]);
    await replan(numbered(3), 2 * hour);
    expect(await hands()).toEqual([editor.personId, owner.personId, colleague.personId]);
    const clone = await context.ask(cloneCampaign, CampaignView, { path: { campaignId }, as: colleague });
    expect((await campaign(clone.body.id)).authors).toEqual([owner.personId, colleague.personId]);
  });

  test('discards the drafts of an earlier check that was interrupted', async () => {
    await knowTemplate();
    const campaignId = await create({ plan: tipsPlan(numbered(2)) });
    await context.ask(checkCampaign, CampaignView, { path: { campaignId } });
    const [first] = workflows.due();
    if (!first) throw new Error('nothing is due');
    expect(await workflows.start(first, { before: stopAt('campaigns.report') })).toBe('stopped');
    const made = [...others.made];
    await context.ask(replaceCampaignPlan, CampaignView, {
      ...{ path: { campaignId }, headers: { 'if-match': '*' }, body: { plan: tipsPlan(['Another']) } },
    });
    await check(campaignId);
    expect(others.discarded.toSorted()).toEqual(made.toSorted());
    await check(campaignId);
    expect(others.discarded).toHaveLength(2);
  });
});

describe('a launch', () => {
  test('runs once even if its workflow is started repeatedly, concurrently or later', async () => {
    const { campaignId } = await createOf(60);
    await askLaunch(campaignId, await check(campaignId));
    const [event] = workflows.due();
    if (!event) throw new Error('nothing is due');
    await Promise.all([workflows.start(event), workflows.start(event)]);
    const after = await campaign(campaignId);
    expect(after).toMatchObject({ status: 'running', run: 1 });
    const slots = await slotsOf(context.deps, after);
    expect(slots).toHaveLength(60);
    await workflows.start(event);
    expect(await campaign(campaignId)).toEqual(after);
    expect(await slotsOf(context.deps, after)).toEqual(slots);
    expect(context.told().filter(([type]) => type === 'campaign.launched')).toHaveLength(1);
    expect(context.told().filter(([type]) => type === 'campaign.slot_claimed')).toHaveLength(60);
  });

  test.each(Array.from({ length: 14 }, (_, step) => step + 1))(
    'completes when its workflow is stopped before call %i and started again',
    async (step) => {
      await knowTemplate();
      const campaignId = await create({ plan: tipsPlan(numbered(30)) });
      await askLaunch(campaignId, await check(campaignId));
      const [event] = workflows.due();
      if (!event) throw new Error('nothing is due');
      const before = (_: string, count: number) => {
        if (count === step) throw new Stopped();
      };
      expect(await workflows.start(event, { before })).toBe('stopped');
      await workflows.start(event);
      const after = await campaign(campaignId);
      expect(after).toMatchObject({ status: 'running', run: 1, launch: { number: 1, done: 30, failure: null } });
      expect(await slotsOf(context.deps, after)).toHaveLength(30);
      expect(
        new Set(
          context.told().flatMap(([type, data]) => (type === 'campaign.slot_claimed' ? [JSON.stringify(data)] : [])),
        ).size,
      ).toBe(30);
    },
  );

  test('can be requested again two minutes after it stalled; the older execution then changes nothing', async () => {
    const { campaignId, posts } = await createOf(60);
    const reportVersion = await check(campaignId);
    await askLaunch(campaignId, reportVersion);
    const [first] = workflows.due();
    if (!first) throw new Error('nothing is due');
    expect(await workflows.start(first, { before: stopAt('campaigns.claimPart', 2) })).toBe('stopped');
    const tooSoon = await askLaunch(campaignId, reportVersion);
    expect(tooSoon).toMatchObject({ status: 409, body: { code: 'campaign_launching' } });
    context.clock.pass(121_000);
    expect((await askLaunch(campaignId, reportVersion)).status).toBe(202);
    const [second] = workflows.due();
    if (!second) throw new Error('nothing is due');
    // The older execution continues in the middle of the newer one.
    let isMet = false;
    await workflows.start(second, {
      before: async (task) => {
        if (task !== 'campaigns.start' || isMet) return;
        isMet = true;
        await workflows.start(first);
      },
    });
    const after = await campaign(campaignId);
    expect(after).toMatchObject({ status: 'running', run: 1, launch: { number: 2, done: 60 } });
    const slots = await slotsOf(context.deps, after);
    expect(slots.map(({ postId }) => postId)).toEqual(posts.map(({ postId }) => postId));
    expect(new Set(slots.map(({ launch }) => launch))).toEqual(new Set([2]));
    // What only the first had claimed is released.
    const dropped = context.told().filter(([type]) => type === 'campaign.slot_dropped');
    expect(dropped).toHaveLength(25);
    expect(await takenBy(posts[0]?.postId ?? '')).toBe(campaignId);
  });

  test('never starts the campaign if it is cancelled midway, and frees its posts', async () => {
    const { campaignId, posts } = await createOf(60);
    await askLaunch(campaignId, await check(campaignId));
    let parts = 0;
    await workflows.settle({
      before: async (task) => {
        if (task !== 'campaigns.claimPart' || (parts += 1) !== 2) return;
        expect((await context.ask(cancelCampaign, CampaignView, { path: { campaignId } })).status).toBe(200);
      },
    });
    expect(await campaign(campaignId)).toMatchObject({ status: 'cancelled', run: 0 });
    expect(context.told().map(([type]) => type)).not.toContain('campaign.launched');
    const other = await create({ posts });
    await askLaunch(other, await check(other));
    await workflows.settle();
    expect(await campaign(other)).toMatchObject({ status: 'running', launch: { done: 60 } });
  });

  test('fails with posts_unusable if another campaign claims one of its posts, and frees the others', async () => {
    const { campaignId, posts } = await createOf(60);
    const [last] = posts.slice(-1);
    const rival = await create({ posts: [last] });
    const [version, rivals] = [await check(campaignId), await check(rival)];
    await askLaunch(campaignId, version);
    const [mine] = workflows.due();
    if (!mine) throw new Error('nothing is due');
    let isMet = false;
    await workflows.start(mine, {
      before: async (task) => {
        if (task !== 'campaigns.claimPart' || isMet) return;
        isMet = true;
        await askLaunch(rival, rivals);
        for (const event of workflows.due()) await workflows.start(event);
      },
    });
    expect(await campaign(rival)).toMatchObject({ status: 'running' });
    expect(await campaign(campaignId)).toMatchObject({
      status: 'draft',
      run: 0,
      launch: { failure: { code: 'posts_unusable' } },
    });
    expect(context.told().at(-1)).toEqual([
      'campaign.launch_failed',
      { number: 1, kind: 'launch', code: 'posts_unusable' },
    ]);
    // A new check names the post as taken.
    await check(campaignId);
    expect(await report(campaignId)).toMatchObject({
      canLaunch: false,
      blockers: [{ code: 'post_taken', place: { postId: last?.postId } }],
    });
    const rest = await create({ posts: posts.slice(0, -1) });
    await askLaunch(rest, await check(rest));
    await workflows.settle();
    expect(await campaign(rest)).toMatchObject({ status: 'running', launch: { done: 59 } });
  });

  test.each([
    ['published', PostPublished, { xPostIds: ['1'], dueAt: noon.toISOString(), publishedAt: noon.toISOString() }],
    ['deleted', PostDeleted, {}],
  ] as const)('fails with posts_unusable if one of its posts is %s midway', async (_, definition, data) => {
    const { campaignId, posts } = await createOf(2);
    await askLaunch(campaignId, await check(campaignId));
    await workflows.settle({
      before: async (task) => {
        if (task !== 'campaigns.claimPart') return;
        await context.happened(definition, posts[1]?.postId ?? '', 5, { accountId, campaignId: null, ...data });
      },
    });
    expect(await campaign(campaignId)).toMatchObject({
      status: 'draft',
      launch: { failure: { code: 'posts_unusable' } },
    });
    expect(await slotsOf(context.deps, { id: campaignId })).toEqual([]);
  });

  test('fails with launch_report_outdated if content changed since the report, and stores a newer report', async () => {
    const { campaignId, posts } = await createOf(2);
    const seen = await check(campaignId);
    others.facts.set(posts[0]?.postId ?? '', { contentHash: 'another content' });
    await askLaunch(campaignId, seen);
    await workflows.settle();
    const after = await campaign(campaignId);
    expect(after).toMatchObject({ status: 'draft', launch: { failure: { code: 'launch_report_outdated' } } });
    expect(after.report?.version).not.toBe(seen);
    expect((await report(campaignId)).version).toBe(after.report?.version);
    expect(await askLaunch(campaignId, seen)).toMatchObject({ status: 409, body: { code: 'launch_report_outdated' } });
    await askLaunch(campaignId, after.report?.version ?? '');
    await workflows.settle();
    expect(await campaign(campaignId)).toMatchObject({ status: 'running', launch: { number: 2, failure: null } });
  });

  test('fails with launch_blocked if a blocker has appeared since the report', async () => {
    const { campaignId, posts } = await createOf(2);
    const seen = await check(campaignId);
    others.facts.set(posts[0]?.postId ?? '', { approval: 'none' });
    await askLaunch(campaignId, seen);
    await workflows.settle();
    expect(await campaign(campaignId)).toMatchObject({
      status: 'draft',
      launch: { failure: { code: 'launch_blocked' } },
    });
    const { report: newer } = await campaign(campaignId);
    const refused = await askLaunch(campaignId, newer?.version ?? '');
    expect(refused).toMatchObject({ status: 409, body: { code: 'launch_blocked' } });
  });

  test('returns the campaign to draft if it breaks off, and can be requested again', async () => {
    const { campaignId } = await createOf(30);
    const seen = await check(campaignId);
    await askLaunch(campaignId, seen);
    let isBroken = true;
    await workflows.settle({
      before: (task) => {
        if (isBroken && task === 'campaigns.claimPart') throw new Error('AWS is out of order');
      },
    });
    expect(await campaign(campaignId)).toMatchObject({
      status: 'draft',
      launch: { failure: { code: 'launch_failed' } },
    });
    isBroken = false;
    expect((await askLaunch(campaignId, seen)).status).toBe(202);
    await workflows.settle();
    expect(await campaign(campaignId)).toMatchObject({ status: 'running', launch: { number: 2, failure: null } });
  });

  test('is rejected if its report is a week old', async () => {
    const { campaignId } = await createOf(2, 10 * 24 * hour);
    const seen = await check(campaignId);
    context.clock.pass(7 * 24 * hour);
    expect(await askLaunch(campaignId, seen)).toMatchObject({ status: 409, body: { code: 'launch_report_outdated' } });
  });
});

describe('a check', () => {
  test('makes one report even if its workflow is stopped at each step and started repeatedly', async () => {
    await knowTemplate();
    const campaignId = await create({ plan: tipsPlan(numbered(30)) });
    await context.ask(checkCampaign, CampaignView, { path: { campaignId } });
    const [event] = workflows.due();
    if (!event) throw new Error('nothing is due');
    const stoppedAt = (step: number) =>
      workflows.start(event, {
        before: (_, count) => {
          if (count === step) throw new Stopped();
        },
      });
    let steps = 0;
    while ((await stoppedAt(steps + 1)) === 'stopped') steps += 1;
    // Four for each of two parts of the plan, the beginning, the accounts and the report.
    expect(steps).toBe(11);
    await Promise.all([workflows.start(event), workflows.start(event)]);
    expect(await campaign(campaignId)).toMatchObject({
      check: { number: 1, status: 'done' },
      report: { canLaunch: true },
    });
    expect(others.made.size).toBe(30);
    expect(context.told().filter(([type]) => type === 'campaign.checked')).toHaveLength(1);
  });

  test('reports nothing once a newer check has been requested', async () => {
    const { campaignId } = await createOf(2);
    await context.ask(checkCampaign, CampaignView, { path: { campaignId } });
    await context.ask(checkCampaign, CampaignView, { path: { campaignId } });
    const [older, newer] = workflows.due();
    if (!older || !newer) throw new Error('nothing is due');
    await workflows.start(older);
    expect(await campaign(campaignId)).toMatchObject({ check: { number: 2, status: 'running' }, report: null });
    await workflows.start(newer);
    expect(await campaign(campaignId)).toMatchObject({ check: { number: 2, status: 'done' } });
  });

  test('is marked as failed if it breaks off, and can be requested again', async () => {
    const { campaignId } = await createOf(2);
    await context.ask(checkCampaign, CampaignView, { path: { campaignId } });
    const before = (task: string) => {
      if (task === 'posts.describeForCampaign') throw new Error('AWS is out of order');
    };
    await workflows.settle({ before });
    expect(await campaign(campaignId)).toMatchObject({ check: { status: 'failed' }, report: null });
    expect(await check(campaignId)).toMatch(/^[0-9a-f]{32}$/);
  });

  test('is rejected without a plan and while the campaign is being launched', async () => {
    const empty = await create({});
    const path = { campaignId: empty };
    expect(await context.ask(checkCampaign, Problem, { path })).toMatchObject({
      status: 409,
      body: { code: 'campaign_without_plan' },
    });
    const { campaignId } = await createOf(1);
    await askLaunch(campaignId, await check(campaignId));
    expect(await context.ask(checkCampaign, Problem, { path: { campaignId } })).toMatchObject({
      status: 409,
      body: { code: 'campaign_launching' },
    });
  });

  test('shows costs and budgets only to roles that may read usage', async () => {
    const { campaignId } = await createOf(2);
    others.accounts.budget.monthlyMicros = 1;
    await check(campaignId);
    const seen = async (role: 'manager' | 'editor') => {
      const as = { ...owner, role };
      return context.ask(getLaunchReport, getLaunchReport.response, { path: { campaignId }, as });
    };
    const [whole, plain] = [await seen('manager'), await seen('editor')];
    expect(whole.body).toMatchObject({ cost: {}, forecast: {}, blockers: [{ code: 'workspace_budget_too_small' }] });
    expect(whole.raw).toContain('$');
    expect(plain.body).not.toHaveProperty('cost');
    expect(plain.body).not.toHaveProperty('forecast');
    expect(plain.raw).not.toContain('$');
    expect(plain.body).toMatchObject({ version: whole.body.version, counts: whole.body.counts, canLaunch: false });
  });

  test('that was never requested has no report: 404 launch_report_not_found', async () => {
    const { campaignId } = await createOf(1);
    expect(await context.ask(getLaunchReport, Problem, { path: { campaignId } })).toMatchObject({
      status: 404,
      body: { code: 'launch_report_not_found' },
    });
  });
});

describe('the posts of a template', () => {
  const replan = async (campaignId: string, tips: readonly string[]) => {
    const sent = { path: { campaignId }, headers: { 'if-match': '*' }, body: { plan: tipsPlan(tips) } };
    expect((await context.ask(replaceCampaignPlan, CampaignView, sent)).status).toBe(200);
  };
  const postsOf = async (campaignId: string) => {
    const checkId = (await campaign(campaignId)).report?.checkId ?? '';
    const parts = await context.deps.checks.parts(workspaceId, campaignId, checkId);
    return parts.flatMap(({ slots }) => slots.map(({ postId }) => postId));
  };

  test('are kept while their content is unchanged, and recomposed or discarded when it changes', async () => {
    await knowTemplate();
    const campaignId = await create({ plan: tipsPlan(['One', 'Two', 'Three']) });
    await check(campaignId);
    const first = await postsOf(campaignId);
    expect(others.asked.filter(({ task }) => task === 'posts.composeForCampaign')).toHaveLength(1);

    await check(campaignId);
    expect(await postsOf(campaignId)).toEqual(first);
    const composed = () => others.asked.filter(({ task }) => task === 'posts.composeForCampaign').at(-1)?.input;
    expect(composed()).toMatchObject({ slots: [] });

    await replan(campaignId, ['One', 'Another', 'Three']);
    await check(campaignId);
    const second = await postsOf(campaignId);
    expect([second[0], second[2]]).toEqual([first[0], first[2]]);
    expect(second[1]).not.toBe(first[1]);
    expect(composed()).toMatchObject({ slots: [{ postId: second[1], values: { tip: 'Another' } }] });
    expect(others.discarded).toEqual([first[1]]);

    await replan(campaignId, ['One']);
    await check(campaignId);
    expect(others.discarded).toEqual([first[1], second[1], second[2]]);

    // The launch uses the posts that were reviewed.
    await askLaunch(campaignId, (await campaign(campaignId)).report?.version ?? '');
    await workflows.settle();
    expect((await slotsOf(context.deps, { id: campaignId })).map(({ postId }) => postId)).toEqual([first[0]]);
  });

  test('block the launch if they cannot be composed', async () => {
    await knowTemplate();
    const campaignId = await create({ plan: tipsPlan(['One']) });
    const { call } = others;
    others.call = async (task, input) => {
      if (task !== 'posts.composeForCampaign') return call(task, input);
      const { slots } = input as { slots: { slotKey: string; postId: string }[] };
      const problem = { code: 'text_too_long', message: 'is too long' };
      return { posts: slots.map(({ slotKey, postId }) => ({ slotKey, postId, problem })) };
    };
    await check(campaignId);
    expect((await report(campaignId)).blockers).toHaveLength(1);
    expect(await report(campaignId)).toMatchObject({ canLaunch: false });
  });

  test('make the launch fail with invalid_plan if the template has gained a required variable', async () => {
    await knowTemplate();
    const campaignId = await create({ plan: tipsPlan(['One']) });
    const seen = await check(campaignId);
    await knowTemplate(2, ['tip', 'price']);
    await askLaunch(campaignId, seen);
    await workflows.settle();
    // The campaign has no `fields`, so the reason names the field.
    const reason: unknown = expect.stringMatching(
      /^The plan can no longer be carried out as saved: "tracks\.0\.[^"]+" .*price/,
    );
    expect(await campaign(campaignId)).toMatchObject({
      status: 'draft',
      launch: { failure: { code: 'invalid_plan', reason } },
    });
  });
});

test('the slots of a cancelled campaign no longer displace those of others', async () => {
  const { campaignId, posts } = await createOf(2);
  await askLaunch(campaignId, await check(campaignId));
  await workflows.settle();
  const other = { postId: newId('pst', noon), publishAt: posts[0]?.publishAt ?? '' };
  await know(context.deps, other.postId);
  const plan = {
    timeZone: 'UTC',
    seed: 'seed',
    tracks: [
      {
        id: 'one',
        accountIds: [accountId],
        content: { kind: 'posts', postIds: [other.postId] },
        times: { kind: 'fixed', instants: [other.publishAt] },
      },
    ],
  };
  const slotTimes = async () => {
    const id = await create({ plan });
    const saved = await context.deps.plans.find(workspaceId, id, 1);
    return saved?.outline.map(({ publishAt }) => publishAt);
  };
  expect(await slotTimes()).not.toEqual([other.publishAt]);
  await context.ask(cancelCampaign, CampaignView, { path: { campaignId } });
  expect(await slotTimes()).toEqual([other.publishAt]);
});
