import { dayMs } from '#shared/time.ts';
import { priceOf } from '#shared/x-prices.ts';
import {
  accountId,
  asCreated,
  campaignId,
  colleague,
  comment,
  contentHash,
  created,
  decided,
  due,
  edited,
  link,
  markedLink,
  maya,
  measured,
  measuredEvent,
  newIn,
  note,
  post,
  postId,
  products,
  published,
  replanned,
  report,
  reviewedReport,
  secret,
  singleDue,
  stepNote,
  submitted,
  submittedEvent,
  totpSecret,
  ulid,
  updated,
  weightedLength,
  withLink,
} from './story.ts';

/** Outside the campaign: a post of an earlier one, and a post by itself. */
const earlierPost = 'pst_01KATJ9V5H8Q3M4N5P6R7S8TAV';
const singlePost = 'pst_01KATJ9V5H8Q3M4N5P6R7S8TAW';
/** Links to files are made for each request, and valid for 15 minutes. */
const linkEnds = '2026-11-22T10:56:00Z';
const withoutLink = priceOf('post_create', new Date(due));
const signingSecret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const calendar =
  'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\n' +
  'BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261101T000000Z\r\n' +
  'DTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nSUMMARY:Christmas\r\nEND:VEVENT\r\n' +
  'BEGIN:VEVENT\r\nUID:2\r\nDTSTAMP:20261101T000000Z\r\n' +
  'DTSTART;TZID=Head office:20261203T100000\r\nDURATION:PT1H\r\nSUMMARY:Team meeting\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n';
const publishedText = newIn('raincoats', markedLink);
/** Its first 140 characters. */
const excerpt = `${publishedText.slice(0, 139)}…`;

const utm = { source: 'x', medium: 'social', campaign: 'spring_2027', term: null, content: null };
const singleText = newIn('umbrellas');
const singleHash = 'ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb';
const csv = `accountId,text,publishAt\r\n${accountId},${singleText},${singleDue}\r\n`;
const exported =
  'id,status,accountId,text,thread,publishAt,timeZone,replySettings,madeWithAi,paidPartnership,publishedAt\r\n' +
  `${postId},scheduled,${accountId},${publishedText},,${due},Europe/Berlin,everyone,false,false,\r\n`;
const template = {
  name: 'New product',
  parts: [{ text: newIn('{{product}}'), mediaIds: [] }],
  variables: [{ name: 'product', type: 'text', isRequired: true, maxLength: 60 }],
};
const rule = 'FREQ=WEEKLY;BYDAY=TU,WE,TH;COUNT=12';
const wallTime = '2026-11-24T09:30';
const lastAt = '2026-12-17T08:30:00Z';
const byRule = { kind: 'rule', rule, wallTime };
const slotContent = { kind: 'template', templateId: `tpl_${ulid}`, values: { product: 'raincoats' } };
const teaser = {
  id: 'teaser',
  content: { kind: 'template', templateId: `tpl_${ulid}`, values: products.map((product) => ({ product })) },
  times: { kind: 'recurrence', start: wallTime, rule },
  accountIds: [accountId],
  overrides: [],
};
const spring = {
  accountSpacing: [],
  blackouts: [{ kind: 'days', name: 'Christmas', from: '2026-12-24', to: '2026-12-26' }],
};
const planSaved = { version: 2, at: '2026-11-22T09:08:00Z', by: maya, note };
const addedAt = ['2026-12-15T08:30:00Z', '2026-12-16T08:30:00Z', lastAt];
const addedSlots = addedAt.map((at) => ({
  slotKey: `teaser@${at.slice(0, 10)}T09:30`,
  kind: 'added',
  before: null,
  after: at,
}));
const wholePlan = { micros: products.length * withLink, posts: products.length };
const onePost = { micros: withLink, posts: 1 };

/** Why the first post is published when it is. */
const history = [
  {
    ...{ kind: 'plan_saved', at: created, by: maya, note: null },
    sentence: `${maya} saved version 1 of the plan, which added it (${due}).`,
  },
  ...(
    [
      [submitted, maya, 'draft', 'in review', 'submit'],
      [decided, colleague, 'in review', 'approved', 'approve'],
      ['2026-11-22T10:40:00Z', maya, 'approved', 'launching', 'launch'],
    ] as const
  ).map(([at, by, from, to, what]) => ({
    ...{ kind: 'campaign_step', at, by, note: null },
    sentence: `${by} moved the campaign from ${from} to ${to} (${what}).`,
  })),
  {
    ...{ kind: 'plan_applied', at: updated, by: maya, note: null },
    sentence: `${maya} put version 2 of the plan into effect.`,
  },
  {
    ...{ kind: 'campaign_step', at: updated, by: 'campaigns', note: null },
    sentence: 'campaigns moved the campaign from launching to running (start).',
  },
];
const ruleSentence = `The rule ${rule} gives it the local time 2026-11-24 09:30.`;
const sentences = [
  ruleSentence,
  `Its time is 2026-11-24 09:30 in Europe/Berlin, which is ${due}.`,
  `This comes from version 2 of the plan, which ${maya} saved at ${planSaved.at}: ${planSaved.note}`,
  ...history.map(({ at, sentence }) => `At ${at}, ${sentence}`),
  `The campaign claimed the post at 2026-11-22T10:40:30Z.`,
  `Publishing was last permitted at ${due}.`,
  `It was published at ${published}, due at ${due}, as 1861234567890123456 on X.`,
];

/** The experiment of an earlier campaign: in each of seven weeks the post with a question did better. */
const questions = {
  variants: [
    { key: 'a', name: 'As always' },
    { key: 'b', name: 'With a question' },
  ],
  control: 'a',
  metric: 'impressions',
  guardMetrics: ['profile_clicks'],
  seed: 'autumn_2026',
};
const tuesdays = [
  ...['2026-09-01', '2026-09-08', '2026-09-15', '2026-09-22'],
  ...['2026-09-29', '2026-10-06', '2026-10-13'],
];
const daysAfter = (day: string, days: number): string =>
  new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
const postOfTrial = (week: number, variant: string): string =>
  `pst_01KATJ9V5H8Q3M4N5P6R7S8${variant === 'a' ? 'A' : 'B'}0${week}`;
const trialBlocks = tuesdays.map((tuesday, week) => ({
  id: `teaser@${tuesday}T09:30`,
  accountId,
  weekdayClass: 'weekday',
  hourBand: 2,
  slots: (week % 2 === 0 ? ['a', 'b'] : ['b', 'a']).map((variant, place) => {
    const day = daysAfter(tuesday, place);
    return {
      slotKey: `teaser@${day}T09:30`,
      variant,
      postId: postOfTrial(week, variant),
      publishAt: `${day}T07:30:00Z`,
      status: 'published',
      publishedAt: `${day}T07:30:01Z`,
      counted: {
        measuredAt: `${daysAfter(day, 3)}T08:00:00Z`,
        counts: { impressions: (variant === 'a' ? 4_100 : 5_600) + 150 * week, profile_clicks: 22 + week },
      },
    };
  }),
}));
const variantContents = [
  { variant: 'b', content: { kind: 'posts', postIds: tuesdays.map((_, week) => postOfTrial(week, 'b')) } },
];
const mayStayOpen = 'The autumn campaign is short: we accept that it may stay undecided.';

/** Metrics as analytics shows them, added up. */
interface Counts {
  posts: number;
  impressions: number;
  likes: number;
  reposts: number;
  replies: number;
  quotes: number;
  bookmarks: number;
  urlClicks: number;
  profileClicks: number;
  shortLinkClicks: number;
  costMicros: number;
}
const performanceOf = (counts: Counts) => {
  const { posts, impressions, likes, reposts, replies, quotes, bookmarks, costMicros } = counts;
  const { urlClicks: link_clicks, profileClicks: profile_clicks, shortLinkClicks: short_link_clicks } = counts;
  const engagements = likes + reposts + replies + quotes + bookmarks + link_clicks + profile_clicks;
  const values = {
    ...{ posts, impressions, engagements, engagement_rate: engagements / impressions, likes, reposts, replies, quotes },
    ...{ bookmarks, link_clicks, profile_clicks, short_link_clicks },
  };
  const figure = (value: number) => ({ value, posts, availability: 'available' });
  return {
    values,
    figures: Object.fromEntries(Object.entries(values).map(([metric, value]) => [metric, figure(value)])),
    costs: {
      costMicros: figure(costMicros),
      costPerEngagementMicros: figure(Math.round(costMicros / engagements)),
    },
  };
};
const metrics = {
  ...{ impressions: 12_480, likes: 346, reposts: 87, replies: 21, quotes: 9, bookmarks: 14 },
  ...{ urlClicks: 133, profileClicks: 58 },
};
const ofPost = performanceOf({ ...metrics, posts: 1, shortLinkClicks: 42, costMicros: withLink });
const postCoverage = { publishedPosts: 1, measuredPosts: 1, oldestMeasuredAt: measured, newestMeasuredAt: measured };
/** Of ten posts in November six had a link. */
const spentMicros = 6 * withLink + 4 * withoutLink;
const november = performanceOf({
  ...{ posts: 10, impressions: 48_210, likes: 1_204, reposts: 301, replies: 88, quotes: 35, bookmarks: 61 },
  ...{ urlClicks: 420, profileClicks: 236, shortLinkClicks: 180, costMicros: spentMicros },
});
const october = performanceOf({
  ...{ posts: 8, impressions: 40_175, likes: 980, reposts: 260, replies: 90, quotes: 30, bookmarks: 50 },
  ...{ urlClicks: 350, profileClicks: 200, shortLinkClicks: 150, costMicros: 5 * withLink + 3 * withoutLink },
});
const changes = Object.entries(november.values).map(([metric, value]) => {
  const before = october.values[metric as keyof typeof october.values];
  return [metric, (value - before) / before];
});

const forecastDays = [640, 720, 690, 610, 580, 490, 470].map((expected, place) => ({
  date: daysAfter('2026-11-19', place),
  ...{ expected, low: Math.round(expected * 0.6), high: Math.round(expected * 1.5) },
}));
const forecast = {
  subject: { type: 'account', accountId },
  statement:
    'Posts of the 7 days from 2026-11-19 to 2026-11-25 are expected to get about 4,200 engagements (80% interval 3,100 to ' +
    '5,600), if posting goes on as before.',
  evidence: {
    numbers: [
      { name: 'Days of history', value: 178 },
      { name: 'Past forecasts compared', value: 22 },
      { name: 'Weeks averaged', value: 4 },
    ],
    postIds: [earlierPost],
  },
  basedOn: { posts: 214, from: '2026-05-25T08:00:00Z', until: '2026-11-18T17:30:00Z' },
  method: {
    name: 'Seasonal naive forecast of daily totals, averaged over up to four weeks, with quantiles of its past errors',
    source: 'Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 3rd ed. (2021), 5.2, 5.5, 5.8 and 5.10',
  },
  validUntil: '2026-11-23T10:30:00Z',
  details: {
    ...{ kind: 'forecast', metric: 'engagements', timeZone: 'Europe/Berlin', days: forecastDays },
    total: { expected: 4_200, low: 3_100, high: 5_600 },
  },
};

const summary = {
  period: { kind: 'relative', days: 'last_28_days' },
  metrics: ['posts', 'impressions', 'engagements', 'engagement_rate'],
  groupBy: ['account', 'week'],
  accountId: null,
  campaignId: null,
};
const reported = {
  status: 'ready',
  expiresAt: '2027-02-20T09:03:00Z',
  period: { from: '2026-10-25', to: '2026-11-21', timeZone: 'Europe/Berlin' },
};
const sundays = { weekdays: [7], fromHour: 0, untilHour: 24 };
const limit = { metric: 'impressions', campaignId: undefined, direction: 'below', value: 1000, days: 7 };

/** A post that waits for its time: written, changed, submitted, approved, scheduled. */
const scheduled = {
  version: 5,
  writtenAt: edited,
  status: 'scheduled',
  scheduledAt: due,
  timeZone: 'Europe/Berlin',
  publication: { dueAt: due, attempts: 0, parts: [], tries: [], publishedAt: null, isUnsettled: false },
  findings: [],
  overrides: undefined,
  madeBy: undefined,
};
const shortLinkTo = { target: markedLink };
const receipt = {
  automationId: undefined,
  scheduledBy: null,
  approval: { decidedBy: colleague, decidedAt: decided, isOverride: false },
  attempts: [{ at: published, outcome: 'published', code: null }],
};
const heldPost = (id: string, dueAt: string, becomes: string) => ({ postId: id, accountId, dueAt, becomes });

/** Reposts each post that reaches 10,000 impressions. */
const repostWell = {
  trigger: { kind: 'metric', metric: 'impressions', atLeast: 10_000, pattern: null },
  condition: {
    pattern: { data: { accountId: [accountId] } },
    metrics: [{ metric: 'likes', is: '>=', value: 100 }],
  },
  steps: [{ kind: 'repost_post', postId: '{{entityId}}' }],
};
const readAt = '2026-11-25T08:30:02Z';
const ranAt = '2026-11-25T08:30:06Z';

const publishedEvent = JSON.stringify({
  type: 'post.published',
  timestamp: published,
  data: {
    eventId: `evt_${ulid}`,
    workspaceId: `wsp_${ulid}`,
    entityId: postId,
    entityVersion: 7,
    actor: { type: 'system', id: 'posts' },
    correlationId: 'b8a1e0f2-6c3d-4f0a-9d5e-2f7c1b9a4e63',
    details: {
      ...{ costMicros: withLink, accountId, campaignId, xPostIds: ['1861234567890123456'] },
      ...{ dueAt: due, publishedAt: published, format: null },
    },
  },
});
const sentAt = '2026-11-24T08:30:03Z';
const delivered = {
  status: 'delivered',
  attempts: [{ at: sentAt, outcome: 'answered', reason: null, status: 200, milliseconds: 14, reply: 'ok' }],
  nextAttemptAt: null,
  createdAt: '2026-11-24T08:30:02Z',
  updatedAt: sentAt,
};

const ready = { status: 'ready' };
const invitee = { email: 'ada@example.com', role: 'editor' };
const overYear = { expiresAt: '2027-11-22T09:03:00Z' };
const overMonth = { expiresAt: '2026-12-22T09:03:00Z' };

/**
 * What a schema holds where the fields by themselves would not fit together, or mean something else there: by its name
 * and field. `undefined` leaves a field out. A name with a field (`StopsView.workspace`) is what the schema at that field
 * holds differently there.
 */
export const entities: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // Everywhere.
  Actor: { id: maya },

  // Users.
  Member: { name: 'Maya Lindqvist', role: 'owner' },
  GetMeReplyPerson: { name: 'Maya Lindqvist', hasMfa: true },
  SignUpRequest: { name: 'Maya Lindqvist' },
  BeginEmailChangeRequest: { email: 'maya.lindqvist@example.com' },
  BeginTotpReply: { secret: totpSecret },
  RegisterByInvitationRequest: { name: 'Ada Nowak' },
  Invitation: { ...invitee, ...asCreated },
  MailedInvitation: { ...invitee, ...asCreated },
  Session: { lastUsedAt: updated, isCurrent: true },
  CreateInvitationRequest: invitee,
  Joined: { role: 'editor' },
  ChangeMemberRoleRequest: { role: 'manager' },
  TransferOwnershipRequest: { personId: colleague },
  ServiceAccount: { name: 'Shop scheduler', role: 'editor', secretKnownToFormerMembers: [] },
  CreateServiceAccountRequest: { name: 'Shop scheduler', role: 'editor' },
  ChangeServiceAccountRequest: { name: 'Shop scheduler', role: 'editor' },
  WorkspaceView: { name: 'Example Shop' },
  CreateWorkspaceRequest: { name: 'Example Shop' },
  DeleteWorkspaceRequest: { name: 'Example Shop' },
  GetMeReplyWorkspace: { name: 'Example Shop' },
  ListMyWorkspacesReplyItemsItem: { name: 'Example Shop', isActive: true },
  ChangeWorkspaceRequest: { approval: 'four_eyes', requireMfa: true, requireAltText: true, shortLinks: true },
  WorkspaceViewSettings: { approval: 'four_eyes', requireMfa: true, requireAltText: true, shortLinks: true },
  AuditLink: {
    id: submittedEvent,
    eventType: 'post.submitted',
    occurredAt: submitted,
    outcome: 'done',
    data: { accountId, contentHash, submittedBy: maya },
  },
  AuditVerdict: { from: 0, next: null },
  ComplianceSummaryChain: { from: 0 },
  SignedCheckpointCheckpoint: {
    ...{ month: '2026-10', sequence: 1102, madeAt: '2026-11-01T00:20:00Z' },
    hash: 'baa5a0964d3320fbc0c6a922140453c8513ea24ab8fd0577034804a967248096',
  },
  AuditExport: { ...ready, events: 318 },
  'AuditExport.link': { url: 'https://files.example.com/audit.csv?signature=4f9a' },
  PersonExport: { ...ready, id: 'exp_01KATJ9V5H8Q3M4N5P6R7S8TAW' },
  'PersonExport.link': { url: 'https://files.example.com/archive.zip?signature=4f9a' },
  DownloadLink: { url: 'https://files.example.com/export?signature=4f9a', expiresAt: linkEnds },
  ComplianceReport: ready,
  ListedComplianceReport: ready,
  ComplianceReportLinks: { expiresAt: linkEnds },
  SecurityEvent: { severity: 'high', details: {} },
  FailedSignIns: { hour: '2026-11-22T09:00:00Z' },
  MailView: { kind: 'invitation', status: 'sent' },
  MailedInvitationMail: { status: 'waiting' },
  UnsubscribeReply: { kind: 'report_ready' },

  // Accounts.
  ConnectionStart: { expiresAt: '2026-11-22T09:13:00Z' },
  CompleteConnectionRequest: { code: 'V1h5cGVyLWV4YW1wbGUtY29kZQ' },
  AccountView: { name: 'Example Shop' },
  AccountViewAudience: { posts: 1_864, day: '2026-11-22' },
  AccountViewAutomation: { label: true, bio: true },
  AutomationChecklist: { label: true, bio: true },
  Usage: {
    spentMicros,
    kinds: [
      { kind: 'post_create_with_url', count: 6, micros: 6 * withLink },
      { kind: 'post_create', count: 4, micros: 4 * withoutLink },
    ],
    accounts: [{ accountId, micros: spentMicros }],
    campaigns: [{ campaignId, micros: 3 * withLink }],
  },
  PostUsage: {
    micros: withLink,
    charges: [{ kind: 'post_create_with_url', quantity: 1, micros: withLink, month: '2026-11' }],
  },

  // Posts.
  Part: { mediaIds: [], poll: undefined },
  PartView: { text: publishedText, mediaIds: [] },
  PostView: { ...scheduled, campaignId, scheduledBy: null },
  ScheduledPost: {
    ...{ ...scheduled, id: singlePost, campaignId: null, scheduledAt: singleDue },
    parts: [{ text: singleText, mediaIds: [], poll: null }],
    contentHash: singleHash,
    publication: { ...scheduled.publication, dueAt: singleDue },
  },
  'ScheduledPost.approval': { contentHash: singleHash },
  ScheduleRequestPublishAt: { publishAt: singleDue },
  RescheduleItemPublishAt: { postId: singlePost, publishAt: singleDue },
  RescheduledPost: { postId: singlePost, scheduledAt: singleDue },
  Approval: { status: 'approved', decidedBy: colleague },
  ShortLinkView: shortLinkTo,
  ClickedLink: shortLinkTo,
  PartDifference: {
    kind: 'changed',
    segments: [
      { kind: 'same', text: 'New in our shop: ' },
      { kind: 'removed', text: 'rain jackets' },
      { kind: 'added', text: 'raincoats' },
      { kind: 'same', text: `. See the whole spring collection: ${markedLink}` },
    ],
  },
  PartDifferenceMedia: { added: [], removed: [`med_${ulid}`], isReordered: false },
  VersionDifference: { from: 1, to: 2, accountId: null, madeWithAi: null, paidPartnership: null },
  ApprovePostRequest: { comment: 'The date is right.', override: undefined },
  CommentView: { ...asCreated, text: comment },
  CommentPostRequest: { text: comment },
  OverrideWarningRequest: { reason: 'The wording is the same on purpose: it is the slogan of the campaign.' },
  CalendarPost: { status: 'scheduled', excerpt: excerpt },
  GetCalendarReplyDaysItem: { date: '2026-11-24' },
  CalendarFeedView: overYear,
  NewCalendarFeed: { ...overYear, path: `/v1/calendar-feeds/${secret}` },
  ImportPostsRequest: { content: csv, format: 'csv' },
  ImportReport: { written: 1, refused: 0 },
  ImportedRow: { line: 2, postId: singlePost, outcome: 'scheduled', fields: [] },
  ExportPostsReply: { content: exported, count: 1, nextCursor: null },
  CreateMediaRequest: { contentType: 'image/jpeg' },
  ChangeMediaRequest: { subtitles: undefined },
  MediaView: { subtitles: [], status: 'ready' },
  'CreateMediaReply.media': { version: 1, updatedAt: created, status: 'awaiting_upload', width: null, height: null },
  CreateMediaReplyUpload: {
    url: 'https://files.example.com/spring.jpg?signature=4f9a',
    headers: { 'content-type': 'image/jpeg' },
    expiresAt: '2026-11-22T09:18:00Z',
  },
  TemplateView: {
    name: template.name,
    parts: template.parts.map((part) => ({ ...part, poll: null })),
    variables: template.variables.map((variable) => ({ ...variable, default: null })),
  },
  TemplateSummary: { name: template.name },
  CreateTemplateRequest: template,
  ChangeTemplateRequest: template,
  PreviewTemplateRequest: { values: { product: 'raincoats' } },
  UseTemplateRequest: { values: { product: 'raincoats' } },
  TemplatePreviewPartsItem: { text: post, mediaIds: [] },
  RepostView: { createdAt: '2026-11-25T08:30:05Z', updatedAt: ranAt, status: 'done' },
  MeasureTextsRequest: { texts: [post] },
  MeasuredText: { isValid: true, faults: [], remaining: 280 - weightedLength },
  MeasuredTextLinksItem: { start: post.indexOf(link), end: post.length, url: link },
  SplitTextReplyPartsItem: { start: 0, end: post.length },
  CostPreview: {
    totalMicros: withLink,
    linkSurchargeMicros: withLink - withoutLink,
    withoutLinksMicros: withoutLink,
    cheaper:
      'Without its link it costs 0.015 USD instead of 0.200 USD. Put the link in the profile and refer to it, or use a call ' +
      'to action without a link.',
  },
  CostPreviewPartsItem: { part: 0, hasUrl: true, priceMicros: withLink },
  CostPreviewBudget: { asOf: '2026-11-28T09:00:00Z', spentMicros, fits: true },
  'StopsView.workspace': { accountId: null },
  ResumeResult: {
    publish: 2,
    missed: 1,
    posts: [
      heldPost('pst_01KATJ9V5H8Q3M4N5P6R7S8TAX', '2026-11-22T09:10:00Z', 'missed'),
      heldPost('pst_01KATJ9V5H8Q3M4N5P6R7S8TAY', '2026-11-22T10:15:00Z', 'publish'),
      heldPost('pst_01KATJ9V5H8Q3M4N5P6R7S8TAZ', '2026-11-22T10:30:00Z', 'publish'),
    ],
  },
  ResumeAccountRequest: { policy: { kind: 'publish_late', withinMinutes: 60 } },
  Receipt: receipt,
  ReceiptView: receipt,
  ReceiptShortLinksItem: shortLinkTo,
  ReceiptViewShortLinksItem: shortLinkTo,
  VerifyReceiptReply: { isValid: true },

  // Campaigns.
  CampaignView: {
    ...{ version: 13, name: 'Spring collection', status: 'running', slotCount: products.length, endsAt: lastAt },
  },
  CampaignViewCheck: { number: 2, status: 'done', requestedAt: '2026-11-22T10:29:00Z' },
  CampaignViewReport: { version: report, canLaunch: true },
  CampaignViewReview: {
    reportVersion: reviewedReport,
    decidedBy: colleague,
    approvedPosts: products.length,
    refusedPosts: [],
    voidedPosts: [],
  },
  CampaignViewLaunch: {
    ...{ number: 1, kind: 'launch', requestedAt: '2026-11-22T10:40:00Z', note: null, from: 'approved' },
    ...{ done: products.length, total: products.length, leftAlone: [] },
  },
  CampaignStep: {
    ...{ version: 13, transition: 'start', from: 'launching', to: 'running', at: updated, by: 'campaigns', note: null },
  },
  CampaignGoal: { target: 50_000 },
  CampaignGoalView: { target: 50_000 },
  Utm: utm,
  UtmView: utm,
  CreateCampaignRequest: { name: 'Spring collection', plan: undefined, posts: undefined },
  ChangeCampaignRequest: { name: 'Spring collection' },
  CloneRequest: { name: 'Summer collection', start: '2027-03-02' },
  Plan: spring,
  PlanView: spring,
  PlanTracksItem: teaser,
  PlanViewTracksItem: teaser,
  QuietHours: { from: '22:00', to: '07:00' },
  QuietHoursView: { from: '22:00', to: '07:00' },
  PlanVersion: { ...planSaved, slots: products.length },
  PlanVersionApplied: { at: updated, note: null },
  PlanDifference: {
    counts: { added: addedSlots.length, moved: 0, dropped: 0, content_replaced: 0 },
    slots: addedSlots,
    settings: [],
  },
  ReplaceCampaignPlanRequest: { posts: undefined },
  PlanEdit: {
    original: '2026-12-01T09:30',
    change: { kind: 'move', wallTime: '2026-12-01T11:00' },
  },
  EditCampaignPlanRequest: { note: 'After the team meeting.' },
  PreviewCampaignPlanRequest: { plan: undefined, edit: undefined, limit: 1 },
  PlanPreview: { dropped: [], conflicts: [], remaining: products.length },
  PlannedSlot: { content: slotContent, reasons: [byRule] },
  PlanConflict: { name: 'minimum_gap' },
  ImportCampaignBlackoutsRequest: { calendar, from: '2026-12-01', to: '2026-12-31', note: 'No posts at Christmas.' },
  ImportedBlackouts: { imported: 1 },
  'ImportedBlackouts.campaign': replanned,
  ImportedBlackoutsLeftOutItem: { name: 'Team meeting' },
  CampaignSlot: { status: 'planned', plannedBy: 2 },
  'SlotRunNow.slot': { publishAt: '2026-11-24T07:45:00Z' },
  LaunchReportView: {
    ...{ version: report, canLaunch: true, slots: products.length, blockers: [] },
    ...{ counts: { campaign_clash: 1 }, change: null },
  },
  LaunchFinding: {
    code: 'campaign_clash',
    message: `The campaign Winter sale (cmp_01KATJ9V5H8Q3M4N5P6R7S8TAW) publishes on the same account at 2026-11-24T09:00:00Z.`,
    advice: 'Move one of them if they compete.',
  },
  LaunchCostX: {
    ...wholePlan,
    lines: [
      {
        ...{ parts: 1, linkParts: 1, slots: products.length },
        ...{ microsEach: withLink, withoutLinksMicrosEach: withoutLink },
      },
    ],
    cheaper: {
      micros: products.length * withoutLink,
      savedMicros: products.length * (withLink - withoutLink),
      advice:
        'X charges far more for a post with a link in its text. Put the link in the profile and refer to it, or use links ' +
        'only in the posts that need them.',
    },
    metricsMicros: 300_000,
  },
  LaunchCostAws: { transitions: 96, writeUnits: 168, micros: 2_505 },
  CampaignForecast: { total: wholePlan, withinCap: wholePlan, postsLeftOut: 0, warnings: [] },
  SubmitCampaignRequest: { reportVersion: reviewedReport, note: null },
  ApproveCampaignRequest: { reportVersion: reviewedReport, note: null },
  LaunchCampaignRequest: { note: null },
  RequestCampaignChangesRequest: { note: 'The posts of the last week need other texts.' },
  StepRequest: { note: stepNote },
  ResumeRequest: { note: 'The prices are right.' },
  CampaignSpending: { spent: onePost },
  CampaignPace: {
    ...{ timeShare: 0.04, spent: onePost, planned: onePost, even: { micros: 200_000, posts: 1 }, standing: 'on_plan' },
  },
  ResumePreview: {
    ...{ since: '2026-11-24T08:00:00Z', until: '2026-11-24T09:00:00Z', missed: 1, skipped: [] },
    ...{ unchanged: products.length - 1, conflicts: [] },
  },
  MovedSlot: {
    publishAt: '2026-11-24T09:00:00Z',
    wallTime: '2026-11-24T10:00',
    reasons: [byRule, { kind: 'published_late', dueAt: due }],
  },
  SlotExplanation: {
    ...{ status: 'published', rule, reasons: [{ reason: byRule, sentence: ruleSentence }], plan: planSaved, history },
    ...{ claim: { at: '2026-11-22T10:40:30Z', launch: 1 }, permittedAt: due, sentences },
  },
  ExperimentRequest: { ...questions, contents: variantContents },
  CampaignExperiment: {
    ...questions,
    registeredAt: '2026-08-28T09:03:00Z',
    signedOff: { by: maya, at: '2026-08-28T09:20:00Z', note: mayStayOpen },
    conclusion: { outcome: 'winner', variant: 'b', at: '2026-10-17T08:00:00Z' },
    contents: variantContents,
    smallestLift: 1.44,
    blocks: trialBlocks,
    verdict: {
      outcome: 'winner',
      variant: 'b',
      alsoBeatControl: [],
      comparisons: [
        {
          ...{ variant: 'b', wins: trialBlocks.length, losses: 0, ties: [], eValue: 26.8125, threshold: 20 },
          ...{ favours: 'variant', effect: null, breachedGuards: [] },
        },
      ],
    },
    sampleRatio: [{ variant: 'b', publishedAlone: { variant: 0, control: 0 }, pValue: 1, isMismatch: false }],
  },
  SignOffCampaignExperimentRequest: { note: mayStayOpen },
  RehearsalRequest: { limit: 1 },
  RehearsalRequestXFaults: {
    ...{ rateLimitShare: 0.02, noAnswerShare: 0.01, landedShare: 0.5, drawnSuspensions: 0, suspensions: [] },
    outages: [{ from: '2026-12-05T08:00:00Z', to: '2026-12-05T10:00:00Z' }],
  },
  RehearsalView: { spent: wholePlan, limitDays: [] },
  RehearsalViewOutcomes: { published: products.length, failed: 0, held: 0, missed: 0 },
  RehearsedSlotView: { reason: null, tries: 1 },

  // Automations.
  RehearseAutomationRequest: repostWell,
  RehearseAutomationRequestView: repostWell,
  AutomationView: { ...repostWell, status: 'on' },
  AutomationDetail: { ...repostWell, status: 'on' },
  AutomationVersion: { version: 2 },
  AutomationRunView: {
    createdAt: readAt,
    updatedAt: ranAt,
    status: 'done',
    triggeredAt: readAt,
    endedAt: ranAt,
    end: null,
  },
  'ListOpenRunsReply.items': { version: 1, updatedAt: readAt, status: 'running', steps: [], endedAt: null },
  AutomationRunViewTrigger: { type: 'post.metrics_updated', eventId: measuredEvent },
  AutomationRunStep: { step: '1', kind: 'repost_post', at: ranAt, made: { kind: 'repost', id: `rps_${ulid}` } },
  AutomationRehearsal: { since: '2026-11-24T10:00:00Z', events: 42, matches: 1, runs: 1 },
  AutomationRehearsalExamplesItem: { eventId: measuredEvent, at: readAt },
  RehearsedStep: { step: '1', kind: 'repost_post', detail: JSON.stringify({ kind: 'repost_post', postId }) },

  // Analytics.
  PublicationDays: { from: '2026-11-01', to: '2026-11-28' },
  CampaignMetrics: { publishedPosts: 1, measuredPosts: 1 },
  Metrics: metrics,
  Figures: ofPost.figures,
  PerformanceCosts: ofPost.costs,
  Coverage: { publishedPosts: 10, measuredPosts: 10, newestMeasuredAt: '2026-11-28T09:00:00Z' },
  PerformanceOverview: { figures: november.figures, costs: november.costs },
  PerformanceOverviewPrevious: {
    ...{ figures: october.figures, costs: october.costs, isComparable: true, changes: Object.fromEntries(changes) },
  },
  'PerformanceOverviewPrevious.period': { from: '2026-10-04', to: '2026-10-31' },
  'PerformanceOverviewPrevious.coverage': {
    ...{ publishedPosts: 8, measuredPosts: 8 },
    ...{ oldestMeasuredAt: '2026-11-03T09:00:00Z', newestMeasuredAt: '2026-11-28T09:00:00Z' },
  },
  PerformanceSeries: { metric: 'impressions', previous: null },
  'PerformanceSeries.period': { from: '2026-11-24', to: '2026-11-24' },
  'PerformanceSeriesSeriesItem.coverage': postCoverage,
  SeriesPoint: { at: '2026-11-23T23:00:00Z', value: metrics.impressions, posts: 1, publishedPosts: 1 },
  TopPostsPostsItem: { value: ofPost.values.engagements },
  PublishingReliability: {
    ...{ publishedPosts: 10, failed: { x_duplicate: 1 }, held: { campaign_paused: 2 }, missed: {} },
  },
  'CampaignPerformance.coverage': postCoverage,
  CampaignPerformance: { byVariant: [] },
  CampaignPerformanceGoalsItem: {
    ...{ target: 50_000, figure: ofPost.figures['impressions'], share: metrics.impressions / 50_000 },
  },
  CampaignPerformanceBudget: { spentMicros: withLink },
  CampaignPerformanceByHourItem: { hour: 9 },
  AccountGrowth: {
    days: [
      ['2026-11-21', 12_440, 1_862],
      ['2026-11-22', 12_480, 1_864],
    ].map(([day, followers, posts]) => ({
      day,
      metrics: { followers, following: 312, posts, listed: 57 },
      measuredAt: `${day}T06:00:00Z`,
      isCarriedForward: false,
    })),
    change: { followers: 40 },
  },
  ReportDefinition: summary,
  ReportDefinitionView: summary,
  Report: reported,
  ListedReport: reported,
  ReportLinksItem: { url: 'https://files.example.com/report.json?signature=4f9a', expiresAt: linkEnds },
  SavedReport: { nextAt: '2026-11-30T07:00:00Z' },
  ReportShare: overMonth,
  NewReportShare: { ...overMonth, path: `/v1/shared-reports/wsp_${ulid}.rpt_${ulid}.${secret}` },
  PostingTimeRule: sundays,
  PostingTimeRuleView: sundays,
  AlertThreshold: limit,
  AlertThresholdView: limit,
  SetRetentionRequest: { deletesData: true },
  Insight: {
    statement:
      "Posts on Tuesdays from 09:00 to 12:00 (Europe/Berlin) got about 38% more engagements than this account's " +
      'average (95% interval +4% to +81%, corrected for 12 comparisons; 21 posts).',
    validUntil: '2026-12-20T10:30:00Z',
  },
  InsightMethod: {
    name: 'Partial pooling of hour band, weekday and their combination; Bonferroni correction',
    source: 'Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), chapters 5 and 15; Lindley and Smith (1972)',
  },
  InsightBasis: { posts: 214, from: '2026-05-25T08:00:00Z', until: '2026-11-18T17:30:00Z' },
  InsightEvidence: { postIds: [earlierPost] },
  InsightEvidenceNumbersItem: { name: 'Posts at the best time', value: 21 },
  InsightDetailsBestTime: { questions: 12 },
  RankedPostingTime: {
    ...{ weekday: 2, hourBand: 3, posts: 21, occurrences: 19 },
    ...{ lift: 0.38, low: 0.04, high: 0.81, verdict: 'better' },
  },
  ProposedPostingTime: { weekday: 2, hourBand: 3, occurrences: 19 },
  BestPostingTimes: { seed: '2026-11-22' },
  AccountForecast: { answer: { outcome: 'found', kind: 'forecast', insights: [forecast] } },

  // Platform.
  RotateWebhookSecretReply: { secret: signingSecret },
  // The platform makes the secret, and the reply shows it.
  CreateHookRequest: { secret: undefined },
  RotateHookSecretRequest: { secret: undefined },
  WebhookPublicKeysItem: { publicKey: 'whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=' },
  WebhookDelivery: delivered,
  WebhookDeliveryWithPayload: { ...delivered, payload: publishedEvent },
  Hook: { url: `https://d111111abcdef8.cloudfront.net/v1/hooks/hok_${ulid}` },
  Feed: { nextReadAt: '2026-11-22T09:18:00Z' },
};
