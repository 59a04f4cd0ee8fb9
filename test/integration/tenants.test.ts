import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { launch } from '#infra/local/campaigns.ts';
import { eventually, Marketer, newXUser, postsOnX } from '#infra/local/marketer.ts';
import { allOperations } from '#infra/openapi.ts';
import { type Operation, takesBody } from '#shared/http/operation.ts';
import { expectProblem, whereIs } from '../support/integration/answers.ts';
import { spyOn } from '../support/integration/bus.ts';
import {
  Announced,
  becomes,
  campaignBecomes,
  inMs,
  plan,
  publish,
  schedule,
  turn,
  uploadPicture,
  write,
} from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';

const alice = new Marketer(stage, 'alice');
const mallory = new Marketer(stage, 'mallory');

/** The entities in Alice's workspace, by their path parameter. */
const things = {
  postId: ['a draft', 'a scheduled post', 'a published post'],
  mediaId: ['a finished picture', 'an announced picture'],
  campaignId: ['a draft campaign', 'a running campaign', 'a paused campaign'],
  accountId: ['a connected account', 'a disconnected account'],
  templateId: ['a template'],
  sessionId: ['a session'],
  workspaceId: ['a workspace'],
  personId: ['a member'],
  invitationId: ['an invitation'],
  serviceAccountId: ['a service account'],
  exportId: ['an export of audit events'],
  complianceReportId: ['a compliance report'],
  reportId: ['a report'],
  savedReportId: ['a saved report'],
  automationId: ['an automation'],
  runId: ['a run of an automation'],
  webhookId: ['a webhook'],
  hookId: ['an incoming hook'],
  feedId: ['a feed'],
} as const;
type Kind = keyof typeof things;
type What = (typeof things)[Kind][number];

const ids = new Map<What, string>();
const idOf = (what: What): string => ids.get(what) ?? '';
const keep = (what: What, id: string): string => {
  ids.set(what, id);
  return id;
};

/** Queries that an operation requires. */
const queries: Readonly<Record<string, string>> = { explainCampaignPost: '?postId=pst_01KATJ9V5H8Q3M4N5P6R7S8T9V' };

/** Waits for longer than the test lasts. */
const anAutomation = {
  name: 'Waits',
  trigger: { kind: 'event', type: 'campaign.created' },
  steps: [{ kind: 'wait', minutes: 600 }],
};

/** Bodies that the operation would accept from the owner. */
const bodies: Readonly<Record<string, unknown>> = {
  changePost: { parts: [{ text: 'Mine now.' }] },
  schedulePost: { publishAt: inMs(86_400_000) },
  setQueue: { timeZone: 'UTC', slots: [] },
  setPostingRules: { timeZone: 'UTC', rules: [] },
  changeCampaign: { name: 'Mine now' },
  replaceCampaignPlan: { posts: [{ postId: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V', publishAt: inMs(86_400_000) }] },
  editCampaignPlan: {
    edit: { trackId: 'posts-1', original: inMs(86_400_000), scope: 'this', change: { kind: 'drop' } },
  },
  cloneCampaign: { name: 'Mine now' },
  rehearseCampaign: { seed: 'seed' },
  signOffCampaignExperiment: { note: 'Mine now' },
  putCampaignExperiment: {
    variants: [
      { key: 'a', name: 'A' },
      { key: 'b', name: 'B' },
    ],
    ...{ control: 'a', metric: 'impressions', seed: 'seed', trackId: 'posts-1' },
    contents: [{ variant: 'b', content: { kind: 'posts', postIds: ['pst_01KATJ9V5H8Q3M4N5P6R7S8T9V'] } }],
  },
  previewCampaignPlan: {},
  importCampaignBlackouts: { calendar: 'BEGIN:VCALENDAR', from: '2026-12-01', to: '2026-12-31' },
  launchCampaign: { reportVersion: 'a'.repeat(32) },
  submitCampaign: { reportVersion: 'a'.repeat(32) },
  approveCampaign: { reportVersion: 'a'.repeat(32) },
  requestCampaignChanges: { note: 'Mine now' },
  reviseCampaign: {},
  pauseCampaign: {},
  resumeCampaign: {},
  previewCampaignResume: {},
  applyCampaignPlan: { reportVersion: 'a'.repeat(32) },
  runCampaignSlotNow: {},
  cancelCampaign: {},
  archiveCampaign: {},
  changeMedia: { altText: 'Mine now' },
  submitPost: {},
  approvePost: {},
  requestPostChanges: { comment: 'Mine now.' },
  commentPost: { text: 'Mine now.' },
  changeTemplate: { name: 'Mine now' },
  previewTemplate: { values: {} },
  useTemplate: { accountId: 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V', values: {} },
  overrideWarning: { rule: 'unlisted_mention', reason: 'Mine now.' },
  stopAccount: { reason: 'Mine now.' },
  resumeAccount: { policy: { kind: 'skip' } },
  changeMemberRole: { role: 'analyst' },
  changeServiceAccount: { name: 'Mine now' },
  rotateServiceAccountSecret: {},
  shareReport: { days: 1 },
  replaceSavedReport: { definition: { title: 'Mine now', period: { kind: 'relative', days: 'last_7_days' } } },
  replaceAutomation: anAutomation,
  changeWebhook: { url: 'https://mine.example.com/' },
  changeHook: { name: 'Mine now' },
  changeFeed: { isPaused: false },
  rotateHookSecret: {},
  replayFailedDeliveries: { since: inMs(-3_600_000) },
  confirmAutomation: { label: true, bio: true, managedBy: null },
};

const readPathOf: Readonly<Record<Kind, string>> = {
  postId: '/v1/posts',
  mediaId: '/v1/media',
  campaignId: '/v1/campaigns',
  accountId: '/v1/accounts',
  templateId: '/v1/templates',
  sessionId: '/v1/me/sessions',
  workspaceId: '/v1/workspaces',
  personId: '/v1/members',
  invitationId: '/v1/invitations',
  serviceAccountId: '/v1/service-accounts',
  exportId: '/v1/audit-events/exports',
  complianceReportId: '/v1/compliance-reports',
  reportId: '/v1/analytics/reports',
  savedReportId: '/v1/analytics/saved-reports',
  automationId: '/v1/automations',
  runId: '/v1/automation-runs',
  webhookId: '/v1/webhooks',
  hookId: '/v1/hooks',
  feedId: '/v1/feeds',
};

const Kinds = z.enum([
  'postId',
  'mediaId',
  'campaignId',
  'accountId',
  'templateId',
  'sessionId',
  'workspaceId',
  'personId',
  'invitationId',
  'serviceAccountId',
  'exportId',
  'complianceReportId',
  'reportId',
  'savedReportId',
  'automationId',
  'runId',
  'webhookId',
  'hookId',
  'feedId',
]);

/**
 * A sender to a hook has no workspace, and a calendar link belongs to its creator alone: both have tests of their own.
 */
const elsewhere = ['receiveHook', 'revokeCalendarFeed'];

const kindOf = ({ id, path }: Operation): Kind | undefined =>
  elsewhere.includes(id) ? undefined : Kinds.safeParse(/\{(\w+)\}/.exec(path)?.[1]).data;

const onOne = allOperations.flatMap(({ operation }) => {
  const kind = kindOf(operation);
  return kind ? [{ operation, kind }] : [];
});
const cells = onOne.flatMap(({ operation, kind }) => things[kind].map((what) => ({ operation, kind, what })));

/** Links are signed again for each read, so they are left out. */
const Read = z
  .looseObject({ version: z.number() })
  .transform((read) => ({ ...read, link: undefined, links: undefined }));
const readByOwner = async (): Promise<Map<What, z.infer<typeof Read>>> => {
  const all = Kinds.options.flatMap((kind) =>
    things[kind].map((what) => ({ what, path: `${readPathOf[kind]}/${idOf(what)}` })),
  );
  return new Map(
    await Promise.all(all.map(async ({ what, path }) => [what, await alice.do(Read, 'GET', path)] as const)),
  );
};

let xUsername = '';
let aliceAccount = '';
let malloryAccount = '';
let malloryPost = '';

beforeAll(async () => {
  await Promise.all([alice.join(), mallory.join()]);
  xUsername = await newXUser(stage);
  aliceAccount = keep('a connected account', await alice.connect(xUsername));
  const gone = keep('a disconnected account', await alice.connect(await newXUser(stage)));
  await alice.call('DELETE', `/v1/accounts/${gone}`);
  malloryAccount = await mallory.connect(await newXUser(stage));
  malloryPost = (await write(mallory, malloryAccount, 'Of Mallory.')).id;

  const sessions = z.object({ items: z.array(z.object({ id: z.string() })) });
  keep('a session', (await alice.do(sessions, 'GET', '/v1/me/sessions')).items[0]?.id ?? '');
  const post = async (what: What) => keep(what, (await write(alice, aliceAccount, `Here is ${what}.`)).id);
  await post('a draft');
  await schedule(alice, { id: await post('a scheduled post') }, inMs(86_400_000));
  const out = await post('a published post');
  await publish(alice, { id: out });
  await becomes(alice, { id: out }, 'published');

  const { workspaceId, personId } = await whereIs(alice);
  keep('a workspace', workspaceId);
  keep('a member', personId);
  const Id = z.object({ id: z.string() });
  const invited = { email: `invited.${Date.now()}@example.com`, role: 'editor' };
  keep('an invitation', (await alice.do(Id, 'POST', '/v1/invitations', invited)).id);
  const machine = { name: 'Exporter', role: 'editor' };
  const Client = z.object({ clientId: z.string() });
  keep('a service account', (await alice.do(Client, 'POST', '/v1/service-accounts', machine)).clientId);

  keep('a finished picture', await uploadPicture(alice));
  const announced = await alice.do(Announced, 'POST', '/v1/media', { contentType: 'image/png', bytes: 10 });
  keep('an announced picture', announced.media.id);

  const template = { name: 'Of Alice', parts: [{ text: 'Mine.' }], variables: [] };
  keep('a template', (await alice.do(z.object({ id: z.string() }), 'POST', '/v1/templates', template)).id);
  const period = { from: inMs(-3_600_000), to: inMs(0), format: 'jsonl' };
  const Export = z.object({ id: z.string(), status: z.string() });
  const { id: exportId } = await alice.do(Export, 'POST', '/v1/audit-events/exports', period);
  keep('an export of audit events', exportId);
  await eventually('the export', async () => {
    const { status } = await alice.do(Export, 'GET', `/v1/audit-events/exports/${exportId}`);
    return status === 'ready' ? status : undefined;
  });
  const { from, to } = period;
  const reportId = (await alice.do(Export, 'POST', '/v1/compliance-reports', { from, to })).id;
  keep('a compliance report', reportId);
  await eventually('the report', async () => {
    const { status } = await alice.do(Export, 'GET', `/v1/compliance-reports/${reportId}`);
    return status === 'ready' ? status : undefined;
  });
  const summary = { title: 'November', period: { kind: 'relative', days: 'last_7_days' }, formats: ['csv'] };
  const made = await alice.do(Export, 'POST', '/v1/analytics/reports', summary);
  keep('a report', made.id);
  const saved = await alice.do(z.object({ id: z.string() }), 'POST', '/v1/analytics/saved-reports', {
    definition: summary,
  });
  keep('a saved report', saved.id);
  const hook = await alice.do(z.object({ webhook: Id }), 'POST', '/v1/webhooks', { url: 'https://hooks.example.com/' });
  keep('a webhook', hook.webhook.id);
  const incoming = await alice.do(z.object({ hook: Id }), 'POST', '/v1/hooks', { name: 'Shop', scheme: 'github' });
  keep('an incoming hook', incoming.hook.id);
  const feed = { name: 'Blog', url: 'https://blog.example.com/feed', isPaused: true };
  keep('a feed', (await alice.do(Id, 'POST', '/v1/feeds', feed)).id);
  // Disabled, so that it does not change by itself.
  await alice.call('POST', `/v1/webhooks/${hook.webhook.id}/disable`);
  await eventually('the report on performance', async () => {
    const { status } = await alice.do(Export, 'GET', `/v1/analytics/reports/${made.id}`);
    return status === 'ready' ? status : undefined;
  });

  const automation = await alice.do(Id, 'POST', '/v1/automations', anAutomation);
  keep('an automation', automation.id);
  await alice.call('POST', `/v1/automations/${automation.id}/on`);

  const campaign = async (what: What) => {
    const { id: postId } = await write(alice, aliceAccount, `A post of ${what}.`);
    return { id: keep(what, (await plan(alice, [{ postId, publishAt: inMs(86_400_000) }])).id) };
  };
  await campaign('a draft campaign');
  const launched = async (what: What) => {
    const draft = await campaign(what);
    await launch(alice, draft);
    return campaignBecomes(alice, draft, 'planned', ({ slots }) => slots[0]?.status === 'planned');
  };
  await launched('a running campaign');
  await turn(alice, await launched('a paused campaign'), 'pause');
  const Runs = z.object({ items: z.array(z.object({ id: z.string(), status: z.string() })) });
  const waiting = await eventually('a run that waits', async () => {
    const { items } = await alice.do(Runs, 'GET', `/v1/automations/${automation.id}/runs`);
    return items.find(({ status }) => status === 'waiting');
  });
  keep('a run of an automation', waiting.id);
});

test(`every operation with an id answers 404 for another workspace and changes nothing there (${cells.length} cells)`, async () => {
  await using spy = await spyOn((await whereIs(alice)).workspaceId);
  const { personId } = await whereIs(mallory);
  const before = await readByOwner();
  const onXBefore = await postsOnX(stage, xUsername);
  for (const { operation, kind, what } of cells) {
    // An operation with a body gets one that the owner may send.
    expect(!takesBody(operation) || operation.id in bodies, `a body for ${operation.id}`).toBe(true);
    const body = bodies[operation.id];
    const path = operation.path
      .replace(`{${kind}}`, idOf(what))
      .replace('{version}', '1')
      .replace('{slotId}', 'slt_01KATJ9V5H8Q3M4N5P6R7S8T9V')
      .replace('{deliveryId}', 'dlv_01KATJ9V5H8Q3M4N5P6R7S8T9V')
      .replace('{shareId}', 'rsh_01KATJ9V5H8Q3M4N5P6R7S8T9V')
      .concat(queries[operation.id] ?? '');
    const ifMatch = { 'if-match': `"v${before.get(what)?.version ?? 0}"` };
    const answer = await mallory.call(operation.method, path, body, ifMatch);
    expect(answer.status, `${operation.id} on ${what}`).toBe(404);
    const problem = expectProblem(answer, 404, z.object({ code: z.string() }).parse(answer.body).code);
    expect(problem.code).toMatch(/_not_found$/);
    // An unknown id gets the same answer.
    const unknown = path.replace(idOf(what), `${idOf(what).slice(0, 4)}01KATJ9V5H8Q3M4N5P6R7S8T9V`);
    const other = await mallory.call(operation.method, unknown, body, ifMatch);
    expect(other.body).toEqual({ ...problem, correlationId: other.headers.get('x-correlation-id') });
  }
  expect(await readByOwner()).toEqual(before);
  expect(await postsOnX(stage, xUsername)).toEqual(onXBefore);
  // Events of a workspace arrive in order: once the last is here, so are all before it.
  const last = await write(alice, aliceAccount, 'After all that.');
  await spy.hears('the last post', ({ entityId }) => entityId === last.id);
  expect((await spy.heard()).filter(({ actor }) => actor.id === personId)).toEqual([]);
});

describe('an id of another workspace in a body or query', () => {
  test('is rejected with account_not_found as the account of a new or existing post', async () => {
    const accountId = idOf('a connected account');
    const parts = [{ text: 'In your name.' }];
    expectProblem(await mallory.call('POST', '/v1/posts', { accountId, parts }), 404, 'account_not_found');
    const moved = await mallory.call('PATCH', `/v1/posts/${malloryPost}`, { accountId }, { 'if-match': '*' });
    expectProblem(moved, 404, 'account_not_found');
  });

  test('is rejected with media_not_found as the picture of a post', async () => {
    const parts = [{ text: 'Your picture.', mediaIds: [idOf('a finished picture')] }];
    const answer = await mallory.call('POST', '/v1/posts', { accountId: malloryAccount, parts });
    expect(expectProblem(answer, 422, 'unpublishable').fields?.[0]).toMatchObject({ code: 'media_not_found' });
  });

  test('is rejected with post_not_found as a post of a campaign', async () => {
    const posts = [{ postId: idOf('a draft'), publishAt: inMs(3_600_000) }];
    const body = { name: 'Mine', timeZone: 'Europe/Berlin', posts };
    expectProblem(await mallory.call('POST', '/v1/campaigns', body), 404, 'post_not_found');
  });

  test('finds nothing in the audit trail and the lists', async () => {
    const Page = z.object({ items: z.array(z.looseObject({ id: z.string() })) });
    const foreign = new Set(ids.values());
    for (const id of foreign) {
      expect((await mallory.do(Page, 'GET', `/v1/audit-events?entityId=${id}`)).items).toEqual([]);
    }
    for (const path of [
      '/v1/posts',
      '/v1/campaigns',
      '/v1/accounts',
      `/v1/posts?accountId=${idOf('a connected account')}`,
    ]) {
      const { items } = await mallory.do(Page, 'GET', path);
      expect(items.filter(({ id }) => foreign.has(id))).toEqual([]);
    }
  });
});
