import { defaultSettings } from '#events/workspace-settings.ts';
import {
  asCreated,
  colleague,
  created,
  decided,
  edited,
  later,
  markedLink,
  maya,
  note,
  products,
  published,
  replanned,
  reviewedReport,
  singleDue,
  stepNote,
  submitted,
  submittedEvent,
  updated,
} from './story.ts';

/** A post that was not scheduled yet, and belongs to no campaign. */
const unscheduled = {
  ...{ status: 'draft', campaignId: null, scheduledAt: null, timeZone: null, scheduleVersion: 0, publication: null },
  missedPolicy: { kind: 'publish_late', withinMinutes: 1440 },
};
const unapproved = {
  ...{ status: 'none', contentHash: null, submittedBy: null, submitters: [], submittedAt: null },
  ...{ decidedBy: null, decidedAt: null },
};
const draftPost = { ...unscheduled, ...asCreated, contentVersion: 1, writtenAt: created, approval: unapproved };

interface Step {
  transition: string;
  from: string;
  to: string;
  at: string;
  by: string;
  note: string | null;
}
/** A campaign after a step, which is the version of that number: every write counts, also of checks and plans. */
const stepped = (version: number, step: Step) => ({
  ...{ version, updatedAt: step.at, status: step.to, lastStep: { version, ...step } },
});
const unlaunched = { appliedPlanVersion: 0, launch: null, run: 0 };
const draftCampaign = { ...unlaunched, status: 'draft', lastStep: null, check: null, report: null, review: null };
/** With the check for the review, before that for the launch. */
const inReview = {
  ...unlaunched,
  check: { number: 1, requestedAt: '2026-11-22T09:12:00Z' },
  report: { version: reviewedReport, checkedAt: '2026-11-22T09:13:00Z' },
};
const undecided = { decidedBy: null, decidedAt: null, approvedPosts: 0 };
const approvedCampaign = {
  ...inReview,
  ...stepped(7, { transition: 'approve', from: 'in_review', to: 'approved', at: decided, by: colleague, note: null }),
};
const asked = { by: maya, note: stepNote };

const requested = { ...asCreated, status: 'requested' };
/** A member other than the owner, who writes the examples. */
const jonas = { personId: colleague, name: 'Jonas Weber', email: 'jonas@example.com' };

/**
 * What the reply of one operation holds other than its schema's example: what the operation has just done, of an entity
 * whose example is in its usual state. Fields within fields are replaced one by one, and those of a list in each of its
 * items.
 */
export const replies: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // Users.
  createWorkspace: { ...asCreated, settings: defaultSettings },
  deleteWorkspace: { deletionDueAt: '2026-12-06T10:41:00Z' },
  changeMemberRole: { ...jonas, role: 'manager' },
  disableMember: { ...jonas, role: 'editor', status: 'disabled' },
  enableMember: { ...jonas, role: 'editor' },
  transferOwnership: jonas,
  resendInvitation: { version: 2, updatedAt: updated, expiresAt: '2026-11-29T10:41:00Z' },
  registerByInvitation: { nextStep: 'sign_in' },
  createServiceAccount: { serviceAccount: { ...asCreated, lastUsedAt: null } },
  exportAuditEvents: { ...requested, events: 0, link: null },
  requestComplianceReport: { ...requested, summary: null, links: null },
  exportMe: { version: 1, status: 'requested', link: null },

  // Accounts.
  completeConnection: { ...asCreated, automation: null },

  // Posts.
  createPost: draftPost,
  useTemplate: draftPost,
  changePost: { ...unscheduled, version: 2, updatedAt: edited, approval: unapproved },
  submitPost: {
    ...{ ...unscheduled, version: 3, updatedAt: submitted },
    approval: { status: 'submitted', decidedBy: null, decidedAt: null },
  },
  // The request of its example schedules it too.
  approvePost: {
    ...{ version: 4, updatedAt: decided, campaignId: null, scheduledBy: colleague },
    ...{ scheduledAt: singleDue, publication: { dueAt: singleDue } },
  },
  requestPostChanges: { ...unscheduled, version: 4, updatedAt: decided, approval: { status: 'changes_requested' } },
  publishPost: {
    ...{ version: 6, updatedAt: later, scheduledBy: maya, scheduleVersion: 2 },
    ...{ scheduledAt: later, timeZone: null, publication: { dueAt: later } },
  },
  // To the first time of the queue, on a Monday.
  queuePost: {
    ...{ campaignId: null, scheduledBy: maya },
    ...{ scheduledAt: '2026-11-23T08:30:00Z', publication: { dueAt: '2026-11-23T08:30:00Z' } },
  },
  cancelPost: { version: 6, updatedAt: later, status: 'cancelled' },
  unpublishPost: {
    ...{ version: 8, updatedAt: '2026-11-25T09:00:00Z', status: 'unpublishing' },
    shortLinks: [{ part: 0, target: markedLink, url: 'https://d111111abcdef8.cloudfront.net/l/4fKq0ZtX9bLm' }],
    publication: {
      ...{ attempts: 1, publishedAt: published },
      parts: [{ xPostId: '1861234567890123456', publishedAt: published }],
      tries: [{ at: published, outcome: 'published', code: null }],
    },
  },
  repostPost: { version: 1, updatedAt: '2026-11-25T08:30:05Z', status: 'requested' },
  createTemplate: asCreated,
  stopWorkspace: { stop: { accountId: null } },

  // Campaigns.
  createCampaign: { ...draftCampaign, ...asCreated, planVersion: 0, slotCount: 0, endsAt: null },
  cloneCampaign: {
    ...{ ...draftCampaign, ...asCreated, id: 'cmp_01KATJ9V5H8Q3M4N5P6R7S8TAX', name: 'Summer collection' },
    ...{ planVersion: 1, endsAt: '2027-03-25T08:30:00Z' },
  },
  replaceCampaignPlan: replanned,
  editCampaignPlan: replanned,
  putCampaignExperiment: {
    ...{ ...draftCampaign, version: 4, updatedAt: edited },
    experiment: { trackId: 'teaser', metric: 'impressions', conclusion: null },
  },
  signOffCampaignExperiment: {
    ...{ ...draftCampaign, version: 5, updatedAt: edited },
    experiment: { trackId: 'teaser', metric: 'impressions', conclusion: null },
  },
  deleteCampaignExperiment: { ...draftCampaign, version: 5, updatedAt: edited },
  submitCampaign: {
    ...inReview,
    ...stepped(6, { transition: 'submit', from: 'draft', to: 'in_review', at: submitted, by: maya, note: null }),
    review: undecided,
  },
  // How many posts that approves is told once it has reached them.
  approveCampaign: { ...approvedCampaign, review: { approvedPosts: 0 } },
  requestCampaignChanges: {
    ...inReview,
    ...stepped(7, {
      ...{ transition: 'request_changes', from: 'in_review', to: 'draft', at: decided, by: colleague },
      note: 'The posts of the last week need other texts.',
    }),
    review: undecided,
  },
  reviseCampaign: {
    ...inReview,
    ...stepped(9, { ...asked, transition: 'revise', from: 'approved', to: 'draft', at: '2026-11-22T10:25:00Z' }),
  },
  checkCampaign: {
    ...{ ...approvedCampaign, version: 9, updatedAt: '2026-11-22T10:29:00Z' },
    check: { number: 2, status: 'running' },
  },
  launchCampaign: {
    ...{ ...unlaunched, launch: { done: 0, endedAt: null } },
    ...stepped(11, {
      ...{ transition: 'launch', from: 'approved', to: 'launching' },
      ...{ at: '2026-11-22T10:40:00Z', by: maya, note: null },
    }),
  },
  applyCampaignPlan: {
    ...{ version: 17, updatedAt: '2026-11-22T11:00:00Z', planVersion: 3 },
    check: { number: 3, planVersion: 3, requestedAt: '2026-11-22T10:50:00Z' },
    report: { planVersion: 3, checkedAt: '2026-11-22T10:51:00Z' },
    launch: {
      ...{ number: 2, kind: 'change', requestedAt: '2026-11-22T11:00:00Z', note, from: 'running' },
      ...{ done: 0, total: 0, endedAt: null },
    },
  },
  pauseCampaign: stepped(14, {
    ...{ ...asked, transition: 'pause', from: 'running', to: 'paused', at: '2026-11-24T08:00:00Z' },
  }),
  resumeCampaign: {
    ...stepped(15, {
      ...{ transition: 'resume', from: 'paused', to: 'running', at: '2026-11-24T09:00:00Z' },
      ...{ by: maya, note: 'The prices are right.' },
    }),
    run: 2,
  },
  cancelCampaign: stepped(14, {
    ...{ ...asked, transition: 'cancel', from: 'running', to: 'cancelled', at: '2026-11-24T08:00:00Z' },
  }),
  // Completed with the version before.
  archiveCampaign: {
    ...stepped(15, {
      ...{ ...asked, transition: 'archive', from: 'completed', to: 'archived', at: '2026-12-18T09:00:00Z' },
    }),
    result: { published: products.length, notPublished: 0 },
  },

  // Automations.
  createAutomation: { ...asCreated, status: 'off', liveVersion: 1, switchedAt: null, switchedOnBy: null },
  switchAutomationOn: { switchedAt: updated },
  switchAutomationOff: { version: 4, updatedAt: later, status: 'off', switchedAt: later },
  stopAutomations: { isStopped: true, since: updated },
  resumeAutomations: { since: later },
  cancelAutomationRun: {
    ...{ version: 2, updatedAt: '2026-11-25T08:30:04Z', status: 'cancelled', steps: [] },
    ...{ endedAt: '2026-11-25T08:30:04Z', end: { code: 'cancelled', message: 'The run was cancelled.' } },
  },

  // Analytics.
  createReport: { ...requested, files: [], savedReportId: null, recipients: [], links: null },
  makeSavedReport: { ...requested, files: [], recipients: [], links: null },
  createSavedReport: asCreated,

  // Platform.
  createWebhook: { webhook: asCreated },
  disableWebhook: { status: 'disabled', disabled: { cause: 'requested', at: updated } },
  testWebhook: {
    ...{ eventType: 'webhook.test', eventId: submittedEvent, status: 'waiting', attempts: [] },
    ...{ createdAt: updated, updatedAt: updated, nextAttemptAt: updated },
  },
  // With the attempts from before.
  replayWebhookDelivery: {
    ...{ status: 'waiting', updatedAt: '2026-11-24T09:00:00Z', nextAttemptAt: '2026-11-24T09:00:00Z' },
  },
  createHook: { hook: asCreated },
  rotateHookSecret: { hook: { secretCreatedAt: updated, previousSecretUntil: '2026-11-23T10:41:00Z' } },
  createFeed: { ...asCreated, readAt: null, nextReadAt: created },
};
