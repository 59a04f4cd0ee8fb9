import { expect, test } from 'vitest';
import * as z from 'zod';
import { Plan } from '#functions/campaigns/domain/plan.ts';
import { expandPlan } from '#functions/campaigns/plan-expansion/expand-plan.ts';
import { openMetrics } from '#functions/platform/domain/open-metrics.ts';
import { calendarOf } from '#functions/posts/calendar/icalendar.ts';
import { draft } from '#functions/posts/domain/post.ts';
import { allOperations, openApi } from '#infra/openapi.ts';
import { replies } from '#infra/openapi/example-values/replies.ts';
import { contextNames } from '#shared/contexts.ts';
import { takesBody } from '#shared/http/operation.ts';
import { priceOf } from '#shared/x-prices.ts';

interface Body {
  content?: Record<string, Media>;
}

interface Media {
  example?: unknown;
  examples?: Record<string, { $ref: string }>;
}

const document = openApi() as unknown as {
  paths: Record<string, Record<string, { operationId?: string; requestBody?: Body; responses: Record<string, Body> }>>;
  components: { examples: Record<string, { value: unknown }> };
};

/** The examples of a body or reply; shared ones are components. */
const examplesOf = ({ content = {} }: Body): unknown[] =>
  Object.values(content).flatMap(({ example, examples }) =>
    examples
      ? Object.values(examples).map(({ $ref }) => document.components.examples[$ref.split('/').at(-1) ?? '']?.value)
      : [example],
  );

// The linter checks the examples against the document (lint.test.ts), this test against the contracts.
test.each(allOperations.map(({ operation }) => operation))(
  '$id has examples that its contract accepts unchanged',
  (operation) => {
    const described = document.paths[operation.path]?.[operation.method.toLowerCase()];
    const faults = (schema: z.ZodType, examples: readonly unknown[]): string[] =>
      examples.flatMap((example) => {
        const parsed = schema.safeParse(example);
        return parsed.success ? [] : [`${JSON.stringify(example).slice(0, 400)}: ${z.prettifyError(parsed.error)}`];
      });
    if (takesBody(operation)) {
      const asked = examplesOf(described?.requestBody ?? {});
      expect(asked.length).toBeGreaterThan(0);
      expect(faults(operation.request.body, asked)).toEqual([]);
    }
    if (operation.status === 204 || operation.status === 302) return;
    const replied = examplesOf(described?.responses[String(operation.status)] ?? {});
    expect(replied.length).toBeGreaterThan(0);
    expect(faults(operation.response, replied)).toEqual([]);
    // Exactly what is sent: the contract strips nothing.
    expect(replied.map((example) => operation.response.parse(example))).toEqual(replied);
  },
);

type Value = Record<string, unknown>;

const isObject = (value: unknown): value is Value =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every object within an example, with its path. */
const objectsIn = (value: unknown, path: string): [path: string, value: Value][] => {
  if (Array.isArray(value)) return value.flatMap((each, place) => objectsIn(each, `${path}.${place}`));
  if (!isObject(value)) return [];
  return [
    [path, value],
    ...Object.entries(value).flatMap(([field, each]) => objectsIn(each, path === '' ? field : `${path}.${field}`)),
  ];
};

const inline = Object.values(document.paths).flatMap((item) =>
  Object.values(item).flatMap(({ requestBody, responses }) =>
    [requestBody ?? {}, ...Object.values(responses)].flatMap(({ content = {} }) =>
      Object.entries(content).map(([type, { example }]): [string, unknown] => [type, example]),
    ),
  ),
);
const all = [
  ...Object.entries(document.components.examples).map(([name, { value }]): [string, unknown] => [name, value]),
  ...inline,
].flatMap(([name, value]) => objectsIn(value, name));

/** Objects in the examples that contradict themselves: the path and the fault. */
const contradictions = (faultsOf: (value: Value, path: string) => unknown[]): unknown[] =>
  all.flatMap(([path, value]) => faultsOf(value, path).map((fault) => [path, fault]));

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** The prefix of the ids in a field, by its name. */
const prefixes: readonly (readonly [field: RegExp, prefix: RegExp])[] = [
  [/^accountIds?$/, /^acc_/],
  [/^automationId$|^chainOfRun$/, /^aut_/],
  [/^campaignId$/, /^cmp_/],
  [/^eventId$/, /^evt_/],
  [/^mediaIds$/, /^med_/],
  [/^postIds?$|^voidedPosts$/, /^pst_/],
  [/^(?:personId|ownerId|(?:written|scheduled|submitted|decided|switchedOn|saved|invited|issued)By)$/, /^usr_/],
  [/^runId$/, /^run_/],
  [/^savedReportId$/, /^svr_/],
  [/^slotId$/, /^slt_/],
  [/^templateId$/, /^tpl_/],
  [/^webhookId$/, /^whk_/],
  [/^workspaceId$/, /^wsp_/],
];

test('in examples, ids have the prefix that their field implies', () => {
  const faults = contradictions((value) =>
    Object.entries(value).filter(([field, each]) => {
      const [, prefix] = prefixes.find(([named]) => named.test(field)) ?? [];
      return [each]
        .flat()
        .some((one) => typeof one === 'string' && !one.startsWith('{{') && prefix?.test(one) === false);
    }),
  );
  expect(faults).toEqual([]);
});

test('in examples, the id of what a step created has the prefix of its kind', () => {
  const made: Readonly<Record<string, string>> = { post: 'pst_', repost: 'rps_', campaign: 'cmp_' };
  const faults = contradictions(({ kind, id }) => {
    const prefix = made[text(kind)];
    return prefix !== undefined && typeof id === 'string' && !id.startsWith(prefix) ? [{ kind, id }] : [];
  });
  expect(faults).toEqual([]);
});

test('in examples, an event about a post has the id of a post', () => {
  const faults = contradictions(({ type, eventType = type, entityId }) =>
    text(eventType).startsWith('post.') && typeof entityId === 'string' && !entityId.startsWith('pst_')
      ? [{ eventType, entityId }]
      : [],
  );
  expect(faults).toEqual([]);
});

test('in examples, a slot key starts with the id of its track', () => {
  const tracks = new Set(all.map(([, { trackId }]) => text(trackId)));
  const faults = contradictions(({ trackId, ...value }) =>
    Object.entries(value).filter(([, each]) =>
      [each].flat().some((one) => {
        const [, track] = /^([a-z][a-z0-9_-]*)@\d{4}/.exec(text(one)) ?? [];
        return track !== undefined && (typeof trackId === 'string' ? track !== trackId : !tracks.has(track));
      }),
    ),
  );
  expect(faults).toEqual([]);
});

/** Pairs of fields of an object, of which the second is never less than the first. */
const inOrder: readonly (readonly [string, string])[] = [
  ['from', 'to'],
  ['to', 'createdAt'],
  ['from', 'until'],
  ['since', 'until'],
  ['start', 'end'],
  ['low', 'high'],
  ['requestedAt', 'endedAt'],
  ['triggeredAt', 'endedAt'],
  ['submittedAt', 'decidedAt'],
  ['decidedAt', 'publishedAt'],
  ['dueAt', 'publishAt'],
  ['dueAt', 'publishedAt'],
  ['publishAt', 'publishedAt'],
  ['publishedAt', 'measuredAt'],
  ['oldestMeasuredAt', 'newestMeasuredAt'],
  ['readAt', 'nextReadAt'],
  ['checkedAt', 'validUntil'],
];

const isTime = (value: unknown): value is string | number =>
  typeof value === 'number' || /^\d{4}-\d\d-\d\d/.test(text(value));

test('in examples, nothing ends before it begins, precedes its creation or outlasts its expiry', () => {
  const faults = contradictions((value) => {
    const { createdAt, expiresAt } = value;
    const instants = Object.entries(value).filter(([field, at]) => /(?:At|Until)$/.test(field) && isTime(at));
    return [
      ...inOrder.filter(([first, last]) => {
        const [begin, end] = [value[first], value[last]];
        return isTime(begin) && isTime(end) && typeof begin === typeof end && begin > end;
      }),
      ...instants.filter(([, at]) => isTime(createdAt) && isTime(at) && at < createdAt),
      ...instants.filter(([, at]) => isTime(expiresAt) && isTime(at) && at > expiresAt),
    ];
  });
  expect(faults).toEqual([]);
});

test('in examples, links to files expire 15 minutes after the file is ready and never lead to images', () => {
  const faults = contradictions(({ link, links = link, updatedAt = '2026-11-22T10:41:00Z' }) =>
    [links].flat().flatMap((each) => {
      if (!isObject(each) || !('expiresAt' in each)) return [];
      const isRight = Date.parse(text(each['expiresAt'])) - Date.parse(text(updatedAt)) === 900_000;
      return isRight && !/\.(?:jpg|png)/.test(text(each['url'])) ? [] : [each];
    }),
  );
  expect(faults).toEqual([]);
});

/** Fields that are set, or not set, beside a value, if the object has those fields at all. */
const states: readonly { of: Value; has?: readonly string[]; hasNo?: readonly string[] }[] = [
  { of: { status: 'requested' }, hasNo: ['link', 'links', 'summary'] },
  { of: { status: 'ready' }, has: ['link', 'links', 'summary'] },
  { of: { status: 'awaiting_upload' }, hasNo: ['width', 'height'] },
  { of: { status: 'enabled' }, hasNo: ['disabled', 'failingSince'] },
  { of: { status: 'disabled' }, has: ['disabled'] },
  { of: { status: 'draft' }, hasNo: ['publication', 'scheduledAt', 'result'] },
  { of: { status: 'none' }, hasNo: ['submittedBy', 'submittedAt', 'decidedBy', 'decidedAt'] },
  { of: { status: 'submitted' }, has: ['submittedAt'], hasNo: ['decidedBy', 'decidedAt'] },
  { of: { status: 'waiting' }, has: ['nextAttemptAt'] },
  { of: { status: 'unpublishing' }, has: ['publication', 'shortLinks'] },
  { of: { status: 'cancelled' }, has: ['endedAt', 'end'] },
  { of: { status: 'scheduled' }, has: ['publication'], hasNo: ['takenDownAt', 'shortLinks', 'problem'] },
  { of: { status: 'published' }, has: ['publication', 'publishedAt'] },
  { of: { outcome: 'published' }, has: ['publishedAt'], hasNo: ['code', 'reason'] },
  { of: { outcome: 'done' }, hasNo: ['code', 'message'] },
  { of: { status: 'delivered' }, hasNo: ['nextAttemptAt', 'failure'] },
  { of: { status: 'queued' }, hasNo: ['endedAt', 'end'] },
  { of: { status: 'running' }, hasNo: ['endedAt', 'end', 'result'] },
  { of: { status: 'done' }, has: ['endedAt'], hasNo: ['end', 'wakesAt', 'problem'] },
  { of: { status: 'off' }, hasNo: ['nextAt'] },
  { of: { status: 'planned' }, hasNo: ['heldFor', 'publication', 'publishedAt'] },
  { of: { status: 'approved' }, has: ['decidedBy', 'decidedAt'] },
  { of: { kind: 'launch' }, hasNo: ['failure'] },
  { of: { hasUrl: true }, has: ['priceMicros'] },
];

test('in examples, the fields that are set match the status beside them', () => {
  const faults = contradictions((value) =>
    states
      .filter(({ of }) => Object.entries(of).every(([field, each]) => value[field] === each))
      .flatMap(({ of, has = [], hasNo = [] }) => [
        ...has.filter((field) => value[field] === null).map((field) => ({ ...of, [field]: null })),
        ...hasNo.filter((field) => (value[field] ?? null) !== null).map((field) => ({ ...of, [field]: value[field] })),
      ]),
  );
  expect(faults).toEqual([]);
});

test('in examples, nobody approves content that they wrote or submitted', () => {
  const faults = contradictions(({ approval, writtenBy }) => {
    const { decidedBy, submittedBy } = isObject(approval) ? approval : {};
    return typeof decidedBy === 'string' && [writtenBy, submittedBy].includes(decidedBy) ? [decidedBy] : [];
  });
  expect(faults).toEqual([]);
});

test('an approval or submission is of the content that the post has', () => {
  const faults = contradictions(({ approval, contentHash }) => {
    const { contentHash: seen = null } = isObject(approval) ? approval : {};
    return typeof contentHash === 'string' && seen !== null && seen !== contentHash ? [{ contentHash, seen }] : [];
  });
  expect(faults).toEqual([]);
});

test('a campaign has the status that its last step led to', () => {
  const faults = contradictions(({ status, version, updatedAt, lastStep }) => {
    if (!isObject(lastStep)) return [];
    const isRight = lastStep['to'] === status && Number(lastStep['version']) <= Number(version);
    return isRight && text(lastStep['at']) <= text(updatedAt) ? [] : [{ status, version, lastStep }];
  });
  expect(faults).toEqual([]);
});

/** The reply of each operation that has one in JSON. */
const replyOf = new Map(
  allOperations.flatMap(({ operation }) => {
    const described = document.paths[operation.path]?.[operation.method.toLowerCase()];
    const [example] = examplesOf(described?.responses[String(operation.status)] ?? {});
    return isObject(example) ? [[operation.id, { operation, example }] as const] : [];
  }),
);

/** The status in the reply of each operation that changes what has one, or begins to. */
const statusAfter: Readonly<Record<string, string>> = {
  ...{ disableMember: 'disabled', enableMember: 'active', changeMemberRole: 'active', transferOwnership: 'active' },
  ...{ createInvitation: 'pending', resendInvitation: 'pending', changeServiceAccount: 'active' },
  ...{ exportAuditEvents: 'requested', requestComplianceReport: 'requested', exportMe: 'requested' },
  ...{ completeConnection: 'connected', probeAccount: 'connected', confirmAutomation: 'connected' },
  ...{
    createPost: 'draft',
    useTemplate: 'draft',
    changePost: 'draft',
    submitPost: 'draft',
    requestPostChanges: 'draft',
  },
  ...{ approvePost: 'scheduled', schedulePost: 'scheduled', publishPost: 'scheduled', queuePost: 'scheduled' },
  ...{ overrideWarning: 'scheduled', cancelPost: 'cancelled', unpublishPost: 'unpublishing', repostPost: 'requested' },
  ...{ completeMedia: 'ready', changeMedia: 'ready' },
  ...{ createCampaign: 'draft', cloneCampaign: 'draft', requestCampaignChanges: 'draft', reviseCampaign: 'draft' },
  ...{ putCampaignExperiment: 'draft', deleteCampaignExperiment: 'draft', signOffCampaignExperiment: 'draft' },
  ...{ submitCampaign: 'in_review', approveCampaign: 'approved', checkCampaign: 'approved' },
  ...{ launchCampaign: 'launching', pauseCampaign: 'paused', resumeCampaign: 'running' },
  ...{ cancelCampaign: 'cancelled', archiveCampaign: 'archived', changeCampaign: 'running' },
  ...{ replaceCampaignPlan: 'running', editCampaignPlan: 'running', applyCampaignPlan: 'running' },
  ...{ createAutomation: 'off', replaceAutomation: 'on', switchAutomationOn: 'on', switchAutomationOff: 'off' },
  ...{ cancelAutomationRun: 'cancelled', createReport: 'requested', makeSavedReport: 'requested' },
  ...{ changeWebhook: 'enabled', enableWebhook: 'enabled', disableWebhook: 'disabled' },
  ...{ testWebhook: 'waiting', replayWebhookDelivery: 'waiting' },
  // The only one that they can have.
  ...{ signUp: 'confirmation_required', confirmSignUp: 'confirmed', beginEmailChange: 'confirmation_required' },
  ...{ resendCode: 'accepted', forgotPassword: 'accepted', resetPassword: 'reset' },
  ...{ eraseMe: 'erasing', unsubscribe: 'unsubscribed' },
};

test('a reply shows the status that its operation leads to', () => {
  const shown = [...replyOf].flatMap(([id, { operation, example }]) =>
    operation.method !== 'GET' && 'status' in example ? [[id, example['status']]] : [],
  );
  expect(Object.fromEntries(shown)).toEqual(statusAfter);
});

test.each([
  ['deleteWorkspace', { deletionDueAt: '2026-12-06T10:41:00Z' }],
  ['restoreWorkspace', { deletionDueAt: null }],
  ['changeMemberRole', { role: 'manager' }],
  ['acceptInvitation', { nextStep: 'switch_workspace' }],
  ['registerByInvitation', { nextStep: 'sign_in' }],
  ['submitPost', { approval: { status: 'submitted' } }],
  ['approvePost', { approval: { status: 'approved' } }],
  ['requestPostChanges', { approval: { status: 'changes_requested' } }],
  ['changePost', { approval: { status: 'none' } }],
  ['stopWorkspace', { stop: { accountId: null } }],
  ['stopAccount', { stop: { accountId: 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V' } }],
  ['checkCampaign', { check: { status: 'running' } }],
  ['launchCampaign', { launch: { kind: 'launch', done: 0, endedAt: null } }],
  ['applyCampaignPlan', { launch: { kind: 'change', done: 0, endedAt: null }, planVersion: 3, appliedPlanVersion: 2 }],
  ['stopAutomations', { isStopped: true }],
  ['resumeAutomations', { isStopped: false }],
])('the reply of %s shows what it has done', (id, done) => {
  expect(replyOf.get(id)?.example).toMatchObject(done);
});

test('what was just created has its first version', () => {
  const faults = [...replyOf]
    .filter(([, { operation }]) => operation.status === 201)
    .flatMap(([id, { example }]) => objectsIn(example, id))
    .filter(([, { version = 1, createdAt, updatedAt = createdAt }]) => version !== 1 || updatedAt !== createdAt);
  expect(faults.map(([path]) => path)).toEqual([]);
});

test('replies that differ from the example of their schema are of operations', () => {
  expect(Object.keys(replies).filter((id) => !replyOf.has(id))).toEqual([]);
});

const sumOf = (items: unknown, field: string): number | undefined =>
  Array.isArray(items)
    ? items.reduce((sum: number, each) => sum + Number(isObject(each) ? each[field] : NaN), 0)
    : undefined;

test('in examples, parts do not exceed the whole, and sums add up', () => {
  const atMost = [
    ['done', 'total'],
    ['measuredPosts', 'publishedPosts'],
    ['carriedForwardPosts', 'measuredPosts'],
    ['membersWithMfa', 'members'],
    ['dormantMembers', 'members'],
    ['runs', 'matches'],
    ['matches', 'events'],
    ['appliedPlanVersion', 'planVersion'],
  ] as const;
  const sums = (value: Value): [whole: unknown, parts: number | undefined][] => [
    [value['micros'], sumOf(value['charges'], 'micros')],
    [value['spentMicros'], sumOf(value['kinds'], 'micros')],
    [value['spentMicros'], sumOf(value['accounts'], 'micros')],
    [value['totalMicros'], sumOf(value['parts'], 'priceMicros')],
    [value['clicks'], sumOf(value['links'], 'clicks')],
    [value['clicks'], sumOf(value['byHour'], 'clicks')],
  ];
  const faults = contradictions((value) => [
    ...atMost.filter(([part, whole]) => Number(value[part]) > Number(value[whole])),
    ...sums(value).filter(([whole, parts]) => typeof whole === 'number' && parts !== undefined && whole !== parts),
  ]);
  expect(faults).toEqual([]);
});

test('in examples, performance figures add up', () => {
  const valueOf = (figure: unknown): number => Number(isObject(figure) ? figure['value'] : NaN);
  const engagements = ['likes', 'reposts', 'replies', 'quotes', 'bookmarks', 'link_clicks', 'profile_clicks'];
  const faults = contradictions(({ figures, costs, coverage }) => {
    if (!isObject(figures)) return [];
    const sum = engagements.reduce((all, metric) => all + valueOf(figures[metric]), 0);
    const perEngagement = isObject(costs)
      ? [valueOf(costs['costPerEngagementMicros']), Math.round(valueOf(costs['costMicros']) / sum)]
      : [];
    const published = isObject(coverage) ? [valueOf(figures['posts']), coverage['publishedPosts']] : [];
    return [
      [valueOf(figures['engagements']), sum],
      [valueOf(figures['engagement_rate']), sum / valueOf(figures['impressions'])],
      perEngagement,
      published,
    ].filter(([shown, right]) => shown !== right);
  });
  expect(faults).toEqual([]);
});

test('in examples, posts cost what X charges for them', () => {
  const price = (hasUrl: boolean) => priceOf(hasUrl ? 'post_create_with_url' : 'post_create', new Date('2026-11-24'));
  const faults = contradictions((value) => {
    const { hasUrl, priceMicros, linkParts, microsEach, cheaper, linkSurchargeMicros, kind, quantity, micros } = value;
    const { count = quantity } = value;
    return [
      [priceMicros, typeof hasUrl === 'boolean' ? price(hasUrl) : undefined],
      [microsEach, linkParts === 1 ? price(true) : undefined],
      [value['costMicros'], Array.isArray(value['shortLinks']) ? price(true) : undefined],
      ...(kind === 'post_create' || kind === 'post_create_with_url'
        ? [[micros, Number(count) * price(kind === 'post_create_with_url')]]
        : []),
      [typeof cheaper === 'string', typeof linkSurchargeMicros === 'number' ? linkSurchargeMicros > 0 : undefined],
    ].filter(([shown, right]) => shown !== undefined && right !== undefined && shown !== right);
  });
  expect(faults).toEqual([]);
});

test('in examples, a calendar day lists only posts scheduled for that day', () => {
  const faults = contradictions(({ date, posts }) =>
    typeof date === 'string' && Array.isArray(posts)
      ? posts.filter((post) => isObject(post) && !text(post['scheduledAt']).startsWith(date))
      : [],
  );
  expect(faults).toEqual([]);
});

test('in examples, only objects with an email address are called Maya Lindqvist', () => {
  const faults = contradictions(({ name, ...value }) =>
    name === 'Maya Lindqvist' && !('email' in value) ? [Object.keys(value)] : [],
  );
  expect(faults).toEqual([]);
});

test('the example plan expands to the slots of the example campaign and the example preview', () => {
  const valueOf = (name: string) => document.components.examples[name]?.value;
  const { plan } = z.object({ plan: Plan }).parse(valueOf('ReplaceCampaignPlanRequest'));
  const templates = plan.tracks.flatMap(({ content }) => (content.kind === 'template' ? [content.templateId] : []));
  const { slots, dropped, conflicts } = expandPlan(plan, {
    ...{ queues: [], taken: [], accountOfPost: new Map() },
    requiredValues: new Map(templates.map((templateId) => [templateId, ['product']])),
  });
  expect([dropped, conflicts]).toEqual([[], []]);
  expect(valueOf('CampaignView')).toMatchObject({
    slotCount: slots.length,
    endsAt: slots.at(-1)?.publishAt.replace('.000', ''),
    launch: { total: slots.length },
  });
  const [first] = slots;
  const publishAt = first?.publishAt.replace('.000', '');
  expect(valueOf('PlanPreview')).toMatchObject({ slots: [{ ...first, publishAt }], remaining: slots.length });
});

test('calendar feeds and metrics have the form of the real ones', () => {
  const exampleOf = (operationId: string): string => {
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    const found = operations.find((each) => each.operationId === operationId);
    const [example] = examplesOf(found?.responses['200'] ?? {});
    return text(example);
  };
  for (const context of contextNames) {
    const figures = { requests: 42, clientErrors: 1, serverErrors: 0, averageLatencyMs: 14 };
    expect(exampleOf(`${context}Metrics`)).toBe(openMetrics(context, figures));
  }
  const { id, workspaceId, accountId, parts } = ScheduledExample.parse(document.components.examples['PostView']?.value);
  const scheduled = {
    ...draft({ id, workspaceId: workspaceId ?? 'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V', accountId, parts: parts.map(partOf) }),
    ...{ version: 5, createdAt: '2026-11-22T09:03:00Z', updatedAt: '2026-11-22T10:41:00Z' },
    ...{ status: 'scheduled' as const, scheduledAt: '2026-11-24T08:30:00Z' },
    ...{ changedBy: { type: 'system' as const, id: 'posts' }, correlationId: 'calendar' },
  };
  expect(exampleOf('readCalendarFeed')).toBe(calendarOf([scheduled]));
});

const ScheduledExample = z.object({
  ...{ id: z.string(), workspaceId: z.string().optional(), accountId: z.string() },
  parts: z.array(z.object({ text: z.string() })),
});
const partOf = ({ text: said }: { text: string }) => ({ text: said, mediaIds: [], poll: null });
