import { afterAll, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { defaultSettings, type WorkspaceSettings } from '#events/users.ts';
import { beginRun } from '#functions/campaigns/automations/begin-run.ts';
import { createAutomation, switchAutomationOn } from '#functions/campaigns/automations/contract.ts';
import * as campaignsContract from '#functions/campaigns/contract.ts';
import { putCampaignExperiment } from '#functions/campaigns/experiments/contract.ts';
import { checkCampaign } from '#functions/campaigns/launch/contract.ts';
import {
  approveCampaign,
  cancelCampaign,
  pauseCampaign,
  submitCampaign,
} from '#functions/campaigns/lifecycle/contract.ts';
import { createCampaign, replaceCampaignPlan } from '#functions/campaigns/planning/contract.ts';
import * as approval from '#functions/posts/approval/contract.ts';
import { operations as postOperations } from '#functions/posts/contract.ts';
import { announced } from '#functions/posts/domain/media.ts';
import { newPublication, type Post, type PostStatus } from '#functions/posts/domain/post.ts';
import * as queue from '#functions/posts/queue/contract.ts';
import * as scheduling from '#functions/posts/scheduling/contract.ts';
import * as templates from '#functions/posts/templates/contract.ts';
import * as writing from '#functions/posts/writing/contract.ts';
import type { Operation } from '#shared/http/operation.ts';
import { AutomationId, AutomationRunId, CalendarFeedId, CampaignId } from '#shared/ids.ts';
import { mayDo, Role } from '#shared/permissions.ts';
import { instantAfter } from '#shared/time.ts';
import { owner } from '#test/support/http-event.ts';
import { accountId, type Office, officeOpens, openOffice, otherAccountId } from '#test/support/office.ts';

/*
 * Members who may not schedule cannot change what is published unless somebody who may acts. The operations come from
 * the contracts; each is sent in each role to a post in each state, over the real routes, and then a year passes.
 */

afterAll(() => {
  vi.unstubAllEnvs();
});

const { workspaceId } = owner;
const member = (last: string, role: Role) => ({ ...owner, personId: `usr_01KATJ9V5H8Q3M4N5P6R7S8T9${last}`, role });
const people: Readonly<Record<Role, ReturnType<typeof member>>> = {
  owner: member('V', 'owner'),
  admin: member('A', 'admin'),
  manager: member('M', 'manager'),
  editor: member('E', 'editor'),
  analyst: member('Y', 'analyst'),
};
const { editor, manager } = people;
const lacking = Role.options.filter((role) => !mayDo(role, 'posts:schedule'));
const author = { actor: { type: 'person' as const, id: manager.personId }, correlationId: 'correlation-1' };

const mediaId = 'med_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const otherMediaId = 'med_01KATJ9V5H8Q3M4N5P6R7S8T9W';
const videoId = 'med_01KATJ9V5H8Q3M4N5P6R7S8T9X';
const subtitlesId = 'med_01KATJ9V5H8Q3M4N5P6R7S8T9Y';

const inDays = (days: number): string => instantAfter(officeOpens, days * 86_400_000);
const Id = z.looseObject({ id: z.string() });

/** What a request needs of the prepared state. */
interface Desk {
  office: Office;
  postId: string;
  campaignId: string;
  /** Of the campaign's launch report. */
  reportVersion: string;
  /** Of the campaign, once it is launched. */
  slotId: string;
  templateId: string;
  feedId: string;
  automationId: string;
  runId: string;
}

const must = async (answer: Promise<{ status: number; body: unknown }>): Promise<{ body: unknown }> => {
  const { status, body } = await answer;
  if (status >= 400) throw new Error(`answered ${status}: ${JSON.stringify(body)}`);
  return { body };
};

const decide = ({ posts }: Office, settings: Partial<WorkspaceSettings>, version = 2) =>
  posts.settings.learn(workspaceId, version, { ...defaultSettings, ...settings });

/** A thread by the editor with a picture and a video. */
const written = async (office: Office): Promise<Post> => {
  const body = {
    accountId,
    parts: [{ text: 'Plum and cocoa, from a washed lot', mediaIds: [mediaId] }, { mediaIds: [videoId] }],
  };
  const { id } = Id.parse((await must(office.send('posts', writing.createPost, { as: editor, body }))).body);
  return office.posts.posts.get(workspaceId, id);
};

const scheduleAt = async ({ office, postId }: Desk, days = 30) =>
  must(
    office.send('posts', scheduling.schedulePost, { as: manager, path: { postId }, body: { publishAt: inDays(days) } }),
  );

const act = ({ office, postId }: Desk, operation: Operation, as = manager, body: object = {}) =>
  must(office.send('posts', operation, { as, path: { postId }, headers: { 'if-match': '*' }, body }));

/** Changes the scheduled post as the platform does without a request. */
const become = async ({ office, postId }: Desk, said: Partial<Post>): Promise<void> => {
  const post = await office.posts.posts.get(workspaceId, postId);
  await office.posts.posts.save({ ...post, ...said }, author);
  await office.settle();
};

const held =
  (code: string, more: Partial<Post> = {}) =>
  async (desk: Desk) => {
    await scheduleAt(desk, 0);
    await become(desk, { status: 'held', nextAttemptAt: null, problem: { code, reason: 'Held.' }, ...more });
  };
const ended =
  (status: PostStatus, more: Partial<Post> = {}) =>
  async (desk: Desk) => {
    await scheduleAt(desk, 0);
    const problem = { code: status, reason: 'It ended so.' };
    await become(desk, { status, nextAttemptAt: null, problem, ...more });
  };
const out = (part: number) => ({ xPostId: String(part + 1), publishedAt: officeOpens.toISOString(), costMicros: 0 });
const publicationOf = (parts: number, isUnsettled = false) => ({
  ...newPublication(officeOpens.toISOString()),
  parts: Array.from({ length: parts }, (_, part) => out(part)),
  publishedAt: parts === 2 ? officeOpens.toISOString() : null,
  isUnsettled,
});

/** A campaign of the post, made and checked by the editor, and launched by the manager. */
const campaignOf = async ({ office, postId }: Desk, days: number, isLaunched = true): Promise<string> => {
  const body = { name: 'Spring', timeZone: 'Europe/Berlin', posts: [{ postId, publishAt: inDays(days) }] };
  const made = await must(office.send('campaigns', createCampaign, { as: editor, body }));
  const { id: campaignId } = Id.parse(made.body);
  if (isLaunched) {
    await office.launch(campaignId, manager);
    await office.planCampaigns();
  } else {
    await must(office.send('campaigns', checkCampaign, { as: editor, path: { campaignId } }));
  }
  return campaignId;
};

const experimentOf = ({ templateId }: Pick<Desk, 'templateId'>) => ({
  variants: [
    { key: 'a', name: 'As always' },
    { key: 'b', name: 'With its price' },
  ],
  ...{ control: 'a', metric: 'impressions', seed: 'seed', trackId: 'posts-1' },
  contents: [{ variant: 'b', content: { kind: 'template', templateId, values: [{ price: '4' }] } }],
});

const reportOf = async ({ campaigns }: Office, campaignId: string): Promise<string> =>
  (await campaigns.campaigns.find(workspaceId, campaignId))?.report?.version ?? 'a'.repeat(32);

/** A campaign that is submitted, or approved. */
const reviewed = async (desk: Desk, isApproved: boolean): Promise<string> => {
  const campaignId = await campaignOf(desk, 30, false);
  const body = { reportVersion: await reportOf(desk.office, campaignId) };
  const sent = { path: { campaignId }, body };
  await must(desk.office.send('campaigns', submitCampaign, { as: editor, ...sent }));
  if (isApproved) await must(desk.office.send('campaigns', approveCampaign, { as: manager, ...sent }));
  return campaignId;
};

interface State {
  /** Brings the draft into the state. Returns the id of its campaign, if it has one. */
  prepare: (desk: Desk) => Promise<unknown>;
  /** Whether the post is published within a year if nobody touches it. */
  goesOut: boolean;
  /** Whether an editor may still change its text. */
  isEditable: boolean;
}
const open = (prepare: State['prepare']): State => ({ prepare, goesOut: false, isEditable: true });
const shut = (prepare: State['prepare']): State => ({ prepare, goesOut: false, isEditable: false });
const onItsWay = (prepare: State['prepare']): State => ({ prepare, goesOut: true, isEditable: false });

const states: Readonly<Record<string, State>> = {
  'a draft': open(async () => undefined),
  'in review': open(async (desk) => act(desk, approval.submitPost, editor)),
  'sent back': open(async (desk) => {
    await act(desk, approval.submitPost, editor);
    await act(desk, approval.requestPostChanges, manager, { comment: 'Shorter' });
  }),
  'approved and not scheduled': open(async (desk) => {
    await decide(desk.office, { approval: 'required' });
    await act(desk, approval.approvePost);
  }),
  scheduled: onItsWay(async (desk) => scheduleAt(desk)),
  'scheduled and submitted': onItsWay(async (desk) => {
    await scheduleAt(desk);
    await act(desk, approval.submitPost, editor);
  }),
  'approved and scheduled': onItsWay(async (desk) => {
    await decide(desk.office, { approval: 'required' });
    await act(desk, approval.approvePost, manager, { schedule: { publishAt: inDays(30) } });
  }),
  'approved by four eyes and scheduled': onItsWay(async (desk) => {
    await decide(desk.office, { approval: 'four_eyes' });
    await act(desk, approval.approvePost, manager, { schedule: { publishAt: inDays(30) } });
  }),
  queued: onItsWay(async (desk) => {
    const body = { timeZone: 'Europe/Berlin', slots: [{ weekday: 1, time: '09:00' }] };
    await must(desk.office.send('posts', queue.setQueue, { as: manager, path: { accountId }, body }));
    await act(desk, queue.queuePost);
  }),
  'put off by a limit of X': onItsWay(async (desk) => {
    await scheduleAt(desk, 0);
    await become(desk, {
      scheduleVersion: 2,
      nextAttemptAt: inDays(0.5),
      problem: { code: 'rate_limited', reason: 'X takes no more for now.' },
    });
  }),
  'overdue, its execution lost': onItsWay(async (desk) => {
    await scheduleAt(desk, 0);
    await become(desk, { status: 'publishing', claimedBy: 'lost' });
  }),
  'partly out and on its way': onItsWay(async (desk) => {
    await scheduleAt(desk, 0);
    await become(desk, { status: 'publishing', nextAttemptAt: inDays(1), publication: publicationOf(1) });
  }),
  'perhaps on X': onItsWay(async (desk) => {
    await scheduleAt(desk, 0);
    await become(desk, { status: 'publishing', nextAttemptAt: inDays(1), publication: publicationOf(0, true) });
  }),
  'held by its account': onItsWay(held('account_reconnect_needed')),
  'held by its account, partly out': onItsWay(held('account_reconnect_needed', { publication: publicationOf(1) })),
  'held by the budget': onItsWay(held('budget_exhausted')),
  'held until a person says when': shut(held('missed_ask')),
  'given up': shut(held('gave_up')),
  'held until it is approved': open(async (desk) => {
    await held('approval_missing')(desk);
    await decide(desk.office, { approval: 'required' });
  }),
  'held by a rule': open(held('policy_hidden_link_target')),
  failed: open(ended('failed')),
  'failed, partly out': shut(ended('failed', { publication: publicationOf(1) })),
  'taken off its schedule': open(async (desk) => {
    await scheduleAt(desk);
    await act(desk, scheduling.cancelPost);
  }),
  missed: open(ended('missed')),
  published: shut(ended('published', { publication: publicationOf(2) })),
  'being deleted on X': shut(ended('unpublishing', { publication: publicationOf(2) })),
  'deleted on X': shut(ended('unpublished', { publication: publicationOf(2) })),
  deleted: shut(async (desk) => act(desk, writing.deletePost)),
  'in a campaign that is a draft': open((desk) => campaignOf(desk, 30, false)),
  'in a campaign in review': open((desk) => reviewed(desk, false)),
  'in an approved campaign': open((desk) => reviewed(desk, true)),
  'in a launched campaign that has not planned it yet': onItsWay((desk) => campaignOf(desk, 30)),
  'planned by a campaign': onItsWay((desk) => campaignOf(desk, 3)),
  'cancelled by itself, and in a launched campaign that has not planned it yet': onItsWay(async (desk) => {
    await scheduleAt(desk);
    await act(desk, scheduling.cancelPost);
    return campaignOf(desk, 30);
  }),
  'in a campaign that was cancelled before it planned it': open(async (desk) => {
    const campaignId = await campaignOf(desk, 30);
    const path = { campaignId };
    await must(desk.office.send('campaigns', cancelCampaign, { as: manager, path }));
    return campaignId;
  }),
  'held by the pause of its campaign': onItsWay(async (desk) => {
    const campaignId = await campaignOf(desk, 3);
    const path = { campaignId };
    await must(desk.office.send('campaigns', pauseCampaign, { as: manager, path }));
    await become(desk, {
      status: 'held',
      nextAttemptAt: null,
      problem: { code: 'campaign_paused', reason: 'Its campaign is paused.' },
    });
    return campaignId;
  }),
  'held until a person says when, in a campaign': onItsWay(async (desk) => {
    const campaignId = await campaignOf(desk, 3);
    await become(desk, { status: 'held', nextAttemptAt: null, problem: { code: 'missed_ask', reason: 'Late.' } });
    return campaignId;
  }),
};

interface Attempt {
  path?: Record<string, string>;
  body?: object;
}

/** Requests of an operation, each of which might change what is published, and a state in which an owner's succeed. */
interface Case {
  requests: (desk: Desk) => Attempt[];
  fits: string;
}
const onPost =
  (...bodies: object[]) =>
  ({ postId }: Desk): Attempt[] =>
    (bodies.length > 0 ? bodies : [{}]).map((body) => ({ path: { postId }, body }));
const onCampaign =
  (...bodies: ((desk: Desk) => object)[]) =>
  (desk: Desk): Attempt[] =>
    bodies.map((body) => ({ path: { campaignId: desk.campaignId }, body: body(desk) }));
const plain =
  (...bodies: object[]) =>
  (): Attempt[] =>
    bodies.map((body) => ({ body }));
const onTemplate =
  (body: object) =>
  ({ templateId }: Desk): Attempt[] => [{ path: { templateId }, body }];
const template = {
  name: 'Offer',
  parts: [{ text: 'Tea for {{price}}' }],
  variables: [{ name: 'price', type: 'text' }],
};
/** Submits posts when they are created. */
const automation = {
  name: 'Mine',
  trigger: { kind: 'event', type: 'post.created' },
  steps: [{ kind: 'submit_post', postId: '{{entityId}}' }],
};
const withAutomation = 'a draft, with an automation';
const onAutomation =
  (body: object = {}) =>
  ({ automationId }: Desk): Attempt[] => [{ path: { automationId }, body }];
/** For an operation that changes nothing and whose valid request is not worth making here. */
const onlyReads = 'none';
const inDraftCampaign = 'in a campaign that is a draft';
const dayOff = [
  ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//EN', 'BEGIN:VEVENT', 'UID:1', 'DTSTAMP:20261101T000000Z'],
  ...['DTSTART;VALUE=DATE:20261125', 'SUMMARY:Day off', 'END:VEVENT', 'END:VCALENDAR', ''],
].join('\r\n');

const cases: Readonly<Record<string, Case>> = {
  createPost: {
    requests: plain({ accountId, parts: [{ text: 'Another', mediaIds: [mediaId] }] }),
    fits: 'a draft',
  },
  changePost: {
    requests: onPost(
      { parts: [{ text: 'Something else altogether' }] },
      { accountId: otherAccountId },
      { parts: [{ text: 'Plum and cocoa', mediaIds: [otherMediaId] }] },
      { replySettings: 'following' },
      { madeWithAi: true },
      { paidPartnership: true },
    ),
    fits: 'a draft',
  },
  deletePost: { requests: onPost(), fits: 'a draft' },
  createMedia: { requests: plain({ contentType: 'image/png', bytes: 8 }), fits: 'a draft' },
  // A file that is ready stays unchanged, whatever is stored under its key by now.
  completeMedia: { requests: () => [mediaId, videoId].map((id) => ({ path: { mediaId: id } })), fits: 'a draft' },
  changeMedia: {
    requests: () => [
      { path: { mediaId }, body: { altText: 'Buy at my shop' } },
      { path: { mediaId }, body: { altText: null } },
      { path: { mediaId }, body: { madeWithAi: true } },
      {
        path: { mediaId: videoId },
        body: { subtitles: [{ mediaId: subtitlesId, languageCode: 'EN', name: 'English' }] },
      },
    ],
    fits: 'a draft',
  },
  deleteMedia: { requests: () => [{ path: { mediaId } }], fits: 'published' },
  schedulePost: { requests: onPost({ publishAt: inDays(2) }), fits: 'a draft' },
  publishPost: { requests: onPost(), fits: 'a draft' },
  cancelPost: { requests: onPost(), fits: 'scheduled' },
  reschedulePosts: {
    requests: ({ postId }) => [{ body: { items: [{ postId, publishAt: inDays(2) }] } }],
    fits: 'scheduled',
  },
  submitPost: { requests: onPost({ comment: 'Look' }), fits: 'a draft' },
  approvePost: { requests: onPost({}, { schedule: { publishAt: inDays(2) } }), fits: 'a draft' },
  requestPostChanges: { requests: onPost({ comment: 'Shorter' }), fits: 'in review' },
  commentPost: { requests: onPost({ text: 'Hm' }), fits: 'a draft' },
  setQueue: {
    requests: () => [
      { path: { accountId }, body: { timeZone: 'Europe/Berlin', slots: [{ weekday: 5, time: '10:00' }] } },
    ],
    fits: 'a draft',
  },
  queuePost: { requests: onPost(), fits: 'taken off its schedule, with a queue' },
  importPosts: {
    requests: plain(
      { format: 'json', mode: 'each', content: JSON.stringify([{ accountId, parts: [{ text: 'A draft' }] }]) },
      {
        format: 'json',
        mode: 'all',
        content: JSON.stringify([{ accountId, parts: [{ text: 'With its time' }], publishAt: inDays(2) }]),
      },
    ),
    fits: 'a draft',
  },
  createCalendarFeed: { requests: plain({}), fits: 'a draft' },
  revokeCalendarFeed: { requests: ({ feedId }) => [{ path: { feedId } }], fits: 'a draft, with a feed' },
  verifyReceipt: { requests: plain({ receipt: {}, keyId: 'k', signature: 's' }), fits: onlyReads },
  createTemplate: { requests: plain(template), fits: 'a draft' },
  changeTemplate: { requests: onTemplate({ parts: [{ text: 'Coffee for {{price}}' }] }), fits: 'a draft' },
  deleteTemplate: { requests: onTemplate({}), fits: 'a draft' },
  previewTemplate: { requests: onTemplate({ values: { price: '4' } }), fits: 'a draft' },
  useTemplate: { requests: onTemplate({ accountId, values: { price: '4' } }), fits: 'a draft' },
  unpublishPost: { requests: onPost(), fits: 'published' },
  repostPost: { requests: onPost(), fits: 'published' },
  stopWorkspace: { requests: plain({ reason: 'Mine' }), fits: 'a draft' },
  resumeWorkspace: { requests: plain({ policy: { kind: 'skip' } }), fits: 'a draft' },
  stopAccount: { requests: () => [{ path: { accountId }, body: { reason: 'Mine' } }], fits: 'a draft' },
  resumeAccount: { requests: () => [{ path: { accountId }, body: { policy: { kind: 'skip' } } }], fits: 'a draft' },
  measureTexts: { requests: plain({ texts: ['Hello'] }), fits: 'a draft' },
  splitText: { requests: plain({ text: 'Hello' }), fits: 'a draft' },
  overrideWarning: {
    requests: onPost({ rule: 'unlisted_mention', reason: 'Fine' }),
    fits: 'held by a rule, for a mention',
  },
  createCampaign: {
    requests: ({ postId }) => [{ body: { name: 'Mine', timeZone: 'UTC', posts: [{ postId, publishAt: inDays(2) }] } }],
    fits: 'a draft',
  },
  changeCampaign: {
    requests: onCampaign(
      () => ({ name: 'Other' }),
      () => ({ utm: { source: 'x', medium: 'social', campaign: 'mine' } }),
    ),
    fits: inDraftCampaign,
  },
  replaceCampaignPlan: {
    requests: onCampaign(({ postId }) => ({ posts: [{ postId, publishAt: inDays(2) }] })),
    fits: inDraftCampaign,
  },
  editCampaignPlan: {
    requests: onCampaign(() => ({
      edit: {
        ...{ trackId: 'posts-1', original: inDays(30), scope: 'this' },
        change: { kind: 'move', wallTime: inDays(2).slice(0, 16) },
      },
    })),
    fits: inDraftCampaign,
  },
  cloneCampaign: { requests: onCampaign(() => ({ name: 'Mine' })), fits: inDraftCampaign },
  previewCampaignPlan: { requests: onCampaign(() => ({})), fits: inDraftCampaign },
  importCampaignBlackouts: {
    requests: onCampaign(() => ({ calendar: dayOff, from: '2026-11-01', to: '2026-11-30' })),
    fits: inDraftCampaign,
  },
  rehearseCampaign: { requests: onCampaign(() => ({ seed: 'seed' })), fits: inDraftCampaign },
  putCampaignExperiment: { requests: onCampaign(experimentOf), fits: inDraftCampaign },
  deleteCampaignExperiment: { requests: onCampaign(() => ({})), fits: 'in a campaign with an experiment' },
  signOffCampaignExperiment: {
    requests: onCampaign(() => ({ note: 'Mine' })),
    fits: 'in a campaign with an experiment',
  },
  checkCampaign: { requests: onCampaign(() => ({})), fits: inDraftCampaign },
  launchCampaign: { requests: onCampaign(({ reportVersion }) => ({ reportVersion })), fits: inDraftCampaign },
  submitCampaign: { requests: onCampaign(({ reportVersion }) => ({ reportVersion })), fits: inDraftCampaign },
  approveCampaign: {
    requests: onCampaign(({ reportVersion }) => ({ reportVersion })),
    fits: 'in a campaign in review',
  },
  requestCampaignChanges: { requests: onCampaign(() => ({ note: 'Shorter' })), fits: 'in a campaign in review' },
  reviseCampaign: { requests: onCampaign(() => ({})), fits: 'in an approved campaign' },
  archiveCampaign: { requests: onCampaign(() => ({})), fits: inDraftCampaign },
  pauseCampaign: { requests: onCampaign(() => ({})), fits: 'planned by a campaign' },
  resumeCampaign: { requests: onCampaign(() => ({})), fits: 'held by the pause of its campaign' },
  previewCampaignResume: { requests: onCampaign(() => ({})), fits: 'held by the pause of its campaign' },
  applyCampaignPlan: {
    requests: onCampaign(({ reportVersion }) => ({ reportVersion })),
    fits: 'planned by a campaign whose newer plan was checked',
  },
  runCampaignSlotNow: {
    requests: ({ campaignId, slotId }) => [{ path: { campaignId, slotId }, body: {} }],
    fits: 'planned by a campaign',
  },
  cancelCampaign: { requests: onCampaign(() => ({})), fits: inDraftCampaign },
  createAutomation: { requests: plain(automation), fits: 'a draft' },
  rehearseAutomation: { requests: plain(automation), fits: 'a draft' },
  replaceAutomation: { requests: onAutomation(automation), fits: withAutomation },
  deleteAutomation: { requests: onAutomation(), fits: withAutomation },
  switchAutomationOn: { requests: onAutomation(), fits: withAutomation },
  switchAutomationOff: { requests: onAutomation(), fits: withAutomation },
  stopAutomations: { requests: plain({}), fits: 'a draft' },
  resumeAutomations: { requests: plain({}), fits: 'a draft' },
  cancelAutomationRun: { requests: ({ runId }) => [{ path: { runId } }], fits: 'a draft, with a run of an automation' },
};

const ownAutomation = async (office: Office) =>
  Id.parse((await must(office.send('campaigns', createAutomation, { as: manager, body: automation }))).body);

/** States including those that some operations need to succeed for somebody who may. */
const prepared: Readonly<Record<string, State>> = {
  ...states,
  'taken off its schedule, with a queue': open(async (desk) => {
    await states.queued?.prepare(desk);
    await act(desk, scheduling.cancelPost);
  }),
  'held by a rule, for a mention': open(async (desk) => {
    const parts = [{ text: 'Thank you, @stranger' }];
    await must(
      desk.office.send('posts', writing.changePost, { as: editor, path: { postId: desk.postId }, body: { parts } }),
    );
  }),
  'in a campaign with an experiment': open(async (desk) => {
    const campaignId = await campaignOf(desk, 30, false);
    const sent = { path: { campaignId }, headers: { 'if-match': '*' }, body: experimentOf(desk) };
    await must(desk.office.send('campaigns', putCampaignExperiment, { as: editor, ...sent }));
    return campaignId;
  }),
  'planned by a campaign whose newer plan was checked': onItsWay(async (desk) => {
    const campaignId = await campaignOf(desk, 3);
    const body = { posts: [{ postId: desk.postId, publishAt: inDays(4) }] };
    const sent = { as: manager, path: { campaignId }, headers: { 'if-match': '*' } };
    await must(desk.office.send('campaigns', replaceCampaignPlan, { ...sent, body }));
    await must(desk.office.send('campaigns', checkCampaign, { as: manager, path: { campaignId } }));
    return campaignId;
  }),
  [withAutomation]: open(async ({ office }) => (await ownAutomation(office)).id),
  'a draft, with a run of an automation': open(async ({ office }) => {
    const { campaigns } = office;
    const { id: automationId } = await ownAutomation(office);
    const path = { automationId };
    await must(office.send('campaigns', switchAutomationOn, { as: manager, path }));
    const occasion = {
      type: 'schedule',
      eventId: null,
      entityId: null,
      at: officeOpens.toISOString(),
      event: {},
      chain: [],
    };
    await beginRun(campaigns, await campaigns.automations.get(workspaceId, automationId), {
      ...occasion,
      correlationId: 'c',
    });
    return (await campaigns.runs.gate({ workspaceId, automationId })).active[0];
  }),
  'a draft, with a feed': open(async ({ office }) => {
    const feed = postOperations.find(({ id }) => id === 'createCalendarFeed');
    return feed && Id.parse((await must(office.send('posts', feed, { as: manager }))).body).id;
  }),
};

const operationsOf = (context: 'posts' | 'campaigns', operations: readonly Operation[]) =>
  operations
    .filter(({ method }) => method !== 'GET')
    .map((operation) => ({ context, operation, id: operation.id, ...(cases[operation.id] ?? untried) }));
const untried: Case = { requests: () => [], fits: '' };
const changing = [...operationsOf('posts', postOperations), ...operationsOf('campaigns', campaignsContract.operations)];

const file = (id: string, contentType: 'image/png' | 'video/mp4' | 'text/vtt', altText: string | null) => ({
  ...announced({ id, workspaceId, contentType, bytes: 100, altText, madeWithAi: false }, 0),
  ttl: undefined,
  status: 'ready' as const,
  etag: `"${id}"`,
});

const openDesk = async (state: State): Promise<Desk> => {
  const office = await openOffice();
  const { media } = office.posts;
  await media.create(file(mediaId, 'image/png', 'A bag of coffee'), author);
  await media.create(file(otherMediaId, 'image/png', 'Another bag'), author);
  await media.create({ ...file(videoId, 'video/mp4', 'Pouring'), durationMs: 5_000, width: 640, height: 480 }, author);
  await media.create(file(subtitlesId, 'text/vtt', null), author);
  const kept = await must(office.send('posts', templates.createTemplate, { as: manager, body: template }));
  const { id: postId } = await written(office);
  const last = '01KATJ9V5H8Q3M4N5P6R7S8T9V';
  const named = {
    reportVersion: '',
    slotId: `slt_${last}`,
    campaignId: `cmp_${last}`,
    templateId: Id.parse(kept.body).id,
    feedId: `cal_${last}`,
    automationId: `aut_${last}`,
    runId: `run_${last}`,
  };
  const desk = { office, postId, ...named };
  const made = await state.prepare(desk);
  const { campaignId, feedId } = desk;
  const own = CampaignId.safeParse(made).data ?? campaignId;
  return {
    ...desk,
    campaignId: own,
    reportVersion: await reportOf(office, own),
    slotId: (await office.campaigns.slots.ofCampaign(workspaceId, own))[0]?.id ?? desk.slotId,
    feedId: CalendarFeedId.safeParse(made).data ?? feedId,
    automationId: AutomationId.safeParse(made).data ?? desk.automationId,
    runId: AutomationRunId.safeParse(made).data ?? desk.runId,
  };
};

/** What is published within a year, without the ids that differ each time. */
const yearOf = async ({ office, postId, campaignId }: Desk): Promise<string> =>
  JSON.stringify(await office.letTimePass(manager))
    .replaceAll(postId, 'the post')
    .replaceAll(campaignId, 'the campaign');

const undisturbed = new Map<string, Promise<string>>();
const yearUndisturbed = (name: string, state: State): Promise<string> => {
  const known = undisturbed.get(name) ?? openDesk(state).then(yearOf);
  undisturbed.set(name, known);
  return known;
};

const attempts = async ({ context, operation, requests }: Tried, desk: Desk, role: Role) => {
  const answers = [];
  for (const request of requests(desk)) {
    answers.push(await desk.office.send(context, operation, { ...request, as: people[role] }));
  }
  return answers;
};
type Tried = Pick<(typeof changing)[number], 'context' | 'operation' | 'requests'>;
const tried = (id: string): Tried[] => changing.filter((each) => each.id === id);

test('every writing operation of posts and campaigns has a case, and every case an operation', () => {
  expect(changing.map(({ id }) => id).sort()).toEqual(Object.keys(cases).sort());
});

test.each(Object.entries(states))(
  'a post that is %s is published within a year, or not, as its state declares',
  async (name, state) => {
    expect((await yearUndisturbed(name, state)) !== '[]').toBe(state.goesOut);
  },
);

test.each(changing.filter(({ fits }) => fits !== onlyReads))(
  'every request of $id succeeds for an owner',
  async ({ context, operation, requests, fits }) => {
    const state = prepared[fits];
    if (!state) throw new Error(`There is no state ${fits}`);
    const count = requests(await openDesk(state)).length;
    for (let place = 0; place < count; place += 1) {
      const desk = await openDesk(state);
      const { status } = await desk.office.send(context, operation, { ...requests(desk)[place], as: people.owner });
      expect(status, String(place)).toBeLessThan(300);
    }
  },
);

test.each(changing.flatMap((each) => lacking.map((role) => ({ ...each, role }))))(
  '$id by an $role does not change what is published',
  async ({ role, ...tried }) => {
    for (const [name, state] of Object.entries(states)) {
      const desk = await openDesk(state);
      const answers = await attempts(tried, desk, role);
      expect(
        answers.filter(({ status }) => status >= 500),
        name,
      ).toEqual([]);
      expect(await yearOf(desk), name).toBe(await yearUndisturbed(name, state));
    }
  },
);

/** Operations that change the content of a post, or delete it. */
const rewriting = ['changePost', 'deletePost', 'changeMedia'].flatMap((id) =>
  tried(id).map((each) => ({ ...each, id })),
);

test.each(
  Role.options
    .filter((role) => mayDo(role, 'posts:schedule'))
    .flatMap((role) => rewriting.map((each) => ({ ...each, role }))),
)('$id by a $role changes what is published, which this test detects', async ({ role, ...each }) => {
  const state = states.scheduled;
  if (!state) throw new Error('There is no such state');
  const desk = await openDesk(state);
  await attempts(each, desk, role);
  expect(await yearOf(desk)).not.toBe(await yearUndisturbed('scheduled', state));
});

describe('an editor', () => {
  test.each(Object.entries(states))(
    'may change the text of a post, or not, as its state declares, when it is %s',
    async (_, state) => {
      const desk = await openDesk(state);
      const answers = await Promise.all(tried('changePost').map((each) => attempts(each, desk, 'editor')));
      expect(answers.flat()[0]?.status === 200).toBe(state.isEditable);
    },
  );

  test.each(Object.entries(states).filter(([, { goesOut }]) => goesOut))(
    'is rejected with 403 post_is_scheduled when the post is %s',
    async (_, state) => {
      for (const each of rewriting) {
        const answers = await attempts(each, await openDesk(state), 'editor');
        for (const answer of answers) {
          expect(answer).toMatchObject({ status: 403, body: { code: 'post_is_scheduled' } });
        }
      }
    },
  );
});
