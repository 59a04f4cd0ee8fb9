import { expect, test } from 'vitest';
import * as z from 'zod';
import { allOperations } from '#infra/openapi.ts';
import { DomainError } from '#shared/errors.ts';
import { readCaller } from '#shared/http/caller.ts';
import { asksForSignIn, type Operation } from '#shared/http/operation.ts';
import { route } from '#shared/http/route.ts';
import { createHandler } from '#shared/lambda/handler.ts';
import { mayDo, Role } from '#shared/permissions.ts';
import { httpEvent, lambdaContext, owner } from '#test/support/http-event.ts';

/**
 * Who may call each operation, written out again for a reader to check: an operation without a row here fails. `public`:
 * anyone; `operator`: whoever runs the platform; `signed-in`: any member; otherwise the least powerful role that may.
 */
const rows: Readonly<Record<string, 'public' | 'operator' | 'signed-in' | Role>> = {
  signUp: 'public',
  confirmSignUp: 'public',
  resendCode: 'public',
  signIn: 'public',
  refreshTokens: 'public',
  signOut: 'signed-in',
  getMe: 'signed-in',
  getWorkspace: 'analyst',
  changeWorkspace: 'admin',
  createWorkspace: 'signed-in',
  listMyWorkspaces: 'signed-in',
  getMyWorkspace: 'signed-in',
  switchWorkspace: 'signed-in',
  deleteWorkspace: 'owner',
  restoreWorkspace: 'owner',
  listMembers: 'analyst',
  getMember: 'analyst',
  changeMemberRole: 'admin',
  disableMember: 'admin',
  enableMember: 'admin',
  removeMember: 'admin',
  leaveWorkspace: 'signed-in',
  transferOwnership: 'owner',
  createInvitation: 'admin',
  listInvitations: 'admin',
  getInvitation: 'admin',
  resendInvitation: 'admin',
  revokeInvitation: 'admin',
  acceptInvitation: 'signed-in',
  registerByInvitation: 'public',
  createServiceAccount: 'admin',
  listServiceAccounts: 'admin',
  getServiceAccount: 'admin',
  changeServiceAccount: 'admin',
  rotateServiceAccountSecret: 'admin',
  revokeServiceAccount: 'admin',
  issueToken: 'public',
  listAuditEvents: 'admin',
  answerTotp: 'public',
  signOutEverywhere: 'signed-in',
  listSessions: 'signed-in',
  getSession: 'signed-in',
  revokeSession: 'signed-in',
  exportMe: 'signed-in',
  getMyExport: 'signed-in',
  beginTotp: 'signed-in',
  confirmTotp: 'signed-in',
  disableTotp: 'signed-in',
  eraseMe: 'signed-in',
  forgotPassword: 'public',
  resetPassword: 'public',
  changePassword: 'signed-in',
  beginEmailChange: 'signed-in',
  confirmEmailChange: 'signed-in',
  verifyAuditEvents: 'admin',
  listAuditCheckpoints: 'admin',
  listMails: 'admin',
  getNotifications: 'signed-in',
  changeNotifications: 'signed-in',
  unsubscribe: 'public',
  exportAuditEvents: 'admin',
  getAuditExport: 'admin',
  requestComplianceReport: 'admin',
  listComplianceReports: 'admin',
  getComplianceReport: 'admin',
  listSecurityEvents: 'admin',
  listFailedSignIns: 'admin',
  usersHealth: 'public',
  usersReady: 'public',
  startConnection: 'admin',
  completeConnection: 'admin',
  listAccounts: 'analyst',
  getAccount: 'analyst',
  probeAccount: 'admin',
  confirmAutomation: 'admin',
  disconnectAccount: 'admin',
  getUsage: 'manager',
  getPostUsage: 'manager',
  answerXChallenge: 'public',
  receiveXActivity: 'public',
  accountsHealth: 'public',
  accountsReady: 'public',
  createPost: 'editor',
  listPosts: 'analyst',
  getPost: 'analyst',
  changePost: 'editor',
  deletePost: 'editor',
  createMedia: 'editor',
  listMedia: 'analyst',
  getMediaUsage: 'analyst',
  deleteMedia: 'editor',
  completeMedia: 'editor',
  getMedia: 'analyst',
  changeMedia: 'editor',
  setQueue: 'manager',
  getQueue: 'analyst',
  queuePost: 'manager',
  reschedulePosts: 'manager',
  importPosts: 'editor',
  exportPosts: 'analyst',
  getCalendar: 'analyst',
  createCalendarFeed: 'manager',
  listCalendarFeeds: 'manager',
  revokeCalendarFeed: 'manager',
  readCalendarFeed: 'public',
  followShortLink: 'public',
  getPostLinkClicks: 'analyst',
  schedulePost: 'manager',
  publishPost: 'manager',
  cancelPost: 'manager',
  submitPost: 'editor',
  approvePost: 'manager',
  requestPostChanges: 'manager',
  commentPost: 'editor',
  listComments: 'analyst',
  getReceipt: 'analyst',
  getReceiptKey: 'public',
  verifyReceipt: 'public',
  getReceiptPage: 'analyst',
  listVersions: 'analyst',
  getVersion: 'analyst',
  diffVersions: 'analyst',
  createTemplate: 'editor',
  listTemplates: 'analyst',
  getTemplate: 'analyst',
  changeTemplate: 'editor',
  deleteTemplate: 'editor',
  previewTemplate: 'analyst',
  useTemplate: 'editor',
  unpublishPost: 'manager',
  repostPost: 'manager',
  listReposts: 'analyst',
  stopWorkspace: 'manager',
  resumeWorkspace: 'manager',
  stopAccount: 'manager',
  resumeAccount: 'manager',
  getStops: 'analyst',
  measureTexts: 'editor',
  splitText: 'editor',
  getPostCost: 'manager',
  overrideWarning: 'admin',
  postsHealth: 'public',
  postsReady: 'public',
  createCampaign: 'editor',
  cloneCampaign: 'editor',
  getCampaignSpending: 'manager',
  getCampaignPlan: 'analyst',
  replaceCampaignPlan: 'editor',
  editCampaignPlan: 'editor',
  listCampaignPlanVersions: 'analyst',
  previewCampaignPlan: 'analyst',
  importCampaignBlackouts: 'editor',
  listCampaigns: 'analyst',
  getCampaign: 'analyst',
  changeCampaign: 'editor',
  listCampaignSlots: 'analyst',
  listCampaignSteps: 'analyst',
  checkCampaign: 'editor',
  getLaunchReport: 'analyst',
  rehearseCampaign: 'analyst',
  getCampaignExperiment: 'analyst',
  putCampaignExperiment: 'editor',
  deleteCampaignExperiment: 'editor',
  signOffCampaignExperiment: 'manager',
  launchCampaign: 'manager',
  submitCampaign: 'editor',
  approveCampaign: 'manager',
  requestCampaignChanges: 'manager',
  reviseCampaign: 'editor',
  archiveCampaign: 'editor',
  pauseCampaign: 'manager',
  resumeCampaign: 'manager',
  previewCampaignResume: 'analyst',
  applyCampaignPlan: 'manager',
  runCampaignSlotNow: 'manager',
  explainCampaignPost: 'analyst',
  cancelCampaign: 'manager',
  createAutomation: 'manager',
  listAutomations: 'analyst',
  getAutomation: 'analyst',
  replaceAutomation: 'manager',
  deleteAutomation: 'manager',
  switchAutomationOn: 'manager',
  switchAutomationOff: 'manager',
  stopAutomations: 'manager',
  resumeAutomations: 'manager',
  getAutomationsStop: 'analyst',
  listAutomationVersions: 'analyst',
  listAutomationRuns: 'analyst',
  listOpenRuns: 'analyst',
  getAutomationRun: 'analyst',
  cancelAutomationRun: 'manager',
  rehearseAutomation: 'manager',
  campaignsHealth: 'public',
  campaignsReady: 'public',
  getPostMetrics: 'analyst',
  getCampaignMetrics: 'analyst',
  getPerformanceOverview: 'analyst',
  createReport: 'analyst',
  listReports: 'analyst',
  getReport: 'analyst',
  deleteReport: 'analyst',
  shareReport: 'analyst',
  listReportShares: 'analyst',
  revokeReportShare: 'analyst',
  readSharedReport: 'public',
  createSavedReport: 'analyst',
  listSavedReports: 'analyst',
  getSavedReport: 'analyst',
  replaceSavedReport: 'analyst',
  deleteSavedReport: 'analyst',
  makeSavedReport: 'analyst',
  getPerformanceSeries: 'analyst',
  listTopPosts: 'analyst',
  getPublishingReliability: 'analyst',
  listInsights: 'analyst',
  getBestTimes: 'analyst',
  getPostingRules: 'analyst',
  setPostingRules: 'manager',
  getForecast: 'analyst',
  getRetention: 'analyst',
  setRetention: 'admin',
  getAlertSettings: 'analyst',
  setAlertSettings: 'analyst',
  deleteAlertSettings: 'analyst',
  getCampaignPerformance: 'analyst',
  getAccountGrowth: 'analyst',
  analyticsHealth: 'public',
  analyticsReady: 'public',
  createWebhook: 'admin',
  listWebhooks: 'admin',
  getWebhook: 'admin',
  changeWebhook: 'admin',
  deleteWebhook: 'admin',
  rotateWebhookSecret: 'admin',
  enableWebhook: 'admin',
  disableWebhook: 'admin',
  testWebhook: 'admin',
  listWebhookDeliveries: 'admin',
  getWebhookDelivery: 'admin',
  replayWebhookDelivery: 'admin',
  replayFailedDeliveries: 'admin',
  createHook: 'admin',
  listHooks: 'admin',
  getHook: 'admin',
  changeHook: 'admin',
  deleteHook: 'admin',
  rotateHookSecret: 'admin',
  receiveHook: 'public',
  createFeed: 'manager',
  listFeeds: 'analyst',
  getFeed: 'analyst',
  changeFeed: 'manager',
  deleteFeed: 'manager',
  getHealth: 'public',
  listServices: 'public',
  getOpenApi: 'public',
  usersMetrics: 'operator',
  accountsMetrics: 'operator',
  campaignsMetrics: 'operator',
  postsMetrics: 'operator',
  analyticsMetrics: 'operator',
  platformMetrics: 'operator',
  platformHealth: 'public',
  platformReady: 'public',
};

/** Operations that no service account may call, whatever its role: also written out again. */
const forPeople = [
  ...['changeWorkspace', 'deleteWorkspace', 'restoreWorkspace', 'transferOwnership'],
  ...['changeMemberRole', 'disableMember', 'enableMember', 'removeMember'],
  ...['createInvitation', 'listInvitations', 'getInvitation', 'resendInvitation', 'revokeInvitation', 'listMails'],
  ...['createServiceAccount', 'listServiceAccounts', 'getServiceAccount', 'changeServiceAccount'],
  ...['rotateServiceAccountSecret', 'revokeServiceAccount'],
  ...['startConnection', 'completeConnection', 'probeAccount', 'confirmAutomation', 'disconnectAccount'],
  ...['overrideWarning', 'setRetention'],
  'overrideWarning',
  ...['createWebhook', 'changeWebhook', 'deleteWebhook', 'rotateWebhookSecret', 'enableWebhook', 'disableWebhook'],
  ...['testWebhook', 'replayWebhookDelivery', 'replayFailedDeliveries'],
  ...['createHook', 'changeHook', 'deleteHook', 'rotateHookSecret'],
];

const machine = 'sva_01KATJ9V5H8Q3M4N5P6R7S8T9V';

const cells = allOperations.flatMap(({ context, operation }) => [
  ...[...Role.options, undefined].map((role) => ({ context, operation, role, personId: owner.personId })),
  ...Role.options.map((role) => ({ context, operation, role, personId: machine })),
]);

/** Whether the table lets that role in; undefined is an anonymous caller. */
const isLetIn = ({ id }: Operation, role: Role | undefined): boolean => {
  const least = rows[id];
  if (least === undefined) return false;
  if (least === 'public') return true;
  if (role === undefined || least === 'operator') return false;
  return least === 'signed-in' || Role.options.indexOf(role) <= Role.options.indexOf(least);
};

test('every operation has a row, and every row an operation', () => {
  expect(Object.keys(rows).sort()).toEqual(allOperations.map(({ operation }) => operation.id).sort());
});

/** The reply of a handler that was reached. */
const Reached = z.object({ reached: z.literal(true) });
const knock = async (operation: Operation, role: Role | undefined, personId: string): Promise<string> => {
  // The declared operation without its input and output: only its access is tested.
  const free = {
    ...operation,
    request: anything,
    response: Reached,
    status: 200 as const,
    etag: false,
    ifMatch: 'none' as const,
    location: undefined,
  };
  const handler = createHandler({
    context: 'platform',
    routes: [route(free, async () => ({ reached: true as const }))],
  });
  const answer = z
    .object({ statusCode: z.int(), body: z.string() })
    .parse(await handler(httpEvent(free, role ? { as: { ...owner, personId, role } } : {}), lambdaContext));
  const { code } = z.object({ code: z.string().optional() }).parse(JSON.parse(answer.body));
  return code === undefined ? 'reached' : `${answer.statusCode} ${code}`;
};
/** The answer that the table expects. */
const answerTo = (operation: Operation, role: Role | undefined, personId: string): string => {
  if (rows[operation.id] === 'operator') return '401 not_an_operator';
  if (!isLetIn(operation, role)) return role === undefined ? '401 not_signed_in' : '403 role_lacks_permission';
  return personId === machine && forPeople.includes(operation.id) ? '403 only_for_people' : 'reached';
};

const anything = { path: z.unknown(), query: z.unknown(), body: z.unknown() };

test(`each of ${allOperations.length} operations allows exactly the callers in its row (${cells.length} cells)`, async () => {
  const wrong: string[] = [];
  for (const { context, operation, role, personId } of cells) {
    const expected = answerTo(operation, role, personId);
    const found = await knock(operation, role, personId);
    const who = `${personId === machine ? 'a machine in role ' : ''}${role ?? 'nobody'}`;
    if (found !== expected) wrong.push(`${context} ${operation.id} as ${who}: ${found}, not ${expected}`);
  }
  expect(wrong).toEqual([]);
  expect(cells.length).toBe(allOperations.length * 11);
});

test('the least powerful role with the permission of an operation is the one in its row', () => {
  for (const { operation } of allOperations) {
    const { access } = operation;
    if (access === 'public' || access === 'operator' || access === 'signed-in') {
      expect(rows[operation.id], operation.id).toBe(access);
      continue;
    }
    expect(rows[operation.id], operation.id).toBe(Role.options.filter((role) => mayDo(role, access)).at(-1));
  }
});

test('a request without our claims is let in only where no sign-in is required', () => {
  for (const { operation } of allOperations) {
    const event = httpEvent(operation);
    const enter = () => readCaller(operation, event, 'request-1');
    if (!asksForSignIn(operation.access)) expect(enter()).toBeUndefined();
    else expect(enter).toThrow(DomainError);
  }
});
