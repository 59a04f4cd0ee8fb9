import { randomInt, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { check, launch } from '#infra/local/campaigns.ts';
import { consent, eventually, type Marketer, newXUser } from '#infra/local/marketer.ts';
import { otherServer } from '../outside-world.ts';
import { Announced, inMs, picture, plan, Post, read, schedule, turn, write } from './desk.ts';
import { type Case, countAt, entityOf, onlyTheReplyTells, versionAt } from './repeatable.ts';
import { usersCases } from './repeatable-users.ts';
import { stage } from './stage.ts';

const aSavedReport = () => ({
  definition: { title: `Saved ${randomUUID()}`, period: { kind: 'relative', days: 'last_month' }, formats: ['csv'] },
});

export const aPost = (by: Marketer, accountId: string) => write(by, accountId, `Once, ${randomUUID()}.`);
const aScheduledPost = async (by: Marketer, accountId: string) =>
  schedule(by, await aPost(by, accountId), inMs(86_400_000));
const placements = async (by: Marketer, accountId: string) => [
  { postId: (await aPost(by, accountId)).id, publishAt: inMs(86_400_000) },
];
const aCampaign = async (by: Marketer, accountId: string) => plan(by, await placements(by, accountId));

/** A campaign after these steps, each of which has settled, so that nothing changes by itself. */
const campaignAfter =
  (verb: string, ...steps: string[]): Case['request'] =>
  async (by, { accountId }) => {
    const campaign = await aCampaign(by, accountId);
    for (const step of steps) await (step === 'launch' ? launch(by, campaign) : turn(by, campaign, step));
    return { path: `/v1/campaigns/${campaign.id}/${verb}` };
  };

/** A campaign after these steps; they and the request name its report. */
const checkedCampaign =
  (verb: string, ...steps: string[]): Case['request'] =>
  async (by, { accountId }) => {
    const campaign = await aCampaign(by, accountId);
    const path = `/v1/campaigns/${campaign.id}`;
    const body = { reportVersion: (await check(by, campaign)).report.version };
    for (const step of steps) await by.do(z.unknown(), 'POST', `${path}/${step}`, body);
    const isNamed = ['submit', 'approve', 'launch'].includes(verb);
    return { path: `${path}/${verb}`, body: isNamed ? body : { note: 'Once' } };
  };

/** Checks and launches continue in the background, so their number is the effect. */
const countOf =
  (field: 'check' | 'launch'): Case['effect'] =>
  async (by, request) => {
    const Counted = z.object({ number: z.number() }).nullable();
    const campaign = await by.do(z.object({ check: Counted, launch: Counted }), 'GET', entityOf(request));
    return campaign[field]?.number ?? 0;
  };

/** Approval continues in the background, so the number of people's steps is the effect. */
const stepsAt: Case['effect'] = (by, request) => countAt(`${entityOf(request)}/steps`)(by);

const planVersion: Case['effect'] = async (by, { about = '' }) =>
  (await by.do(z.object({ planVersion: z.number() }), 'GET', about)).planVersion;

/** A step on a draft that needs no preparation. */
const postStep =
  (verb: string): Case['request'] =>
  async (by, { accountId }) => ({ path: `/v1/posts/${(await aPost(by, accountId)).id}/${verb}`, body: {} });

const anAutomation = () => ({
  name: `Once, ${randomUUID()}`,
  trigger: { kind: 'event', type: 'campaign.created' },
  steps: [{ kind: 'wait', minutes: 600 }],
});

const aTemplate = () => ({ name: 'Once', parts: [{ text: `Of a template, ${randomUUID()}.` }], variables: [] });

/** A paused feed. */
const aFeed = () => ({ name: `Once, ${randomUUID()}`, url: 'https://blog.example.com/feed', isPaused: true });

/** A webhook for an event type that does not occur. */
const aWebhook = async (by: Marketer): Promise<string> => {
  const body = { url: otherServer(stage).url, eventTypes: ['report.failed'] };
  const made = await by.do(z.object({ webhook: z.object({ id: z.string() }) }), 'POST', '/v1/webhooks', body);
  return `/v1/webhooks/${made.webhook.id}`;
};

/** The path that replays an ended delivery of a test event. */
const aDelivery = async (by: Marketer): Promise<string> => {
  const deliveries = `${await aWebhook(by)}/deliveries`;
  const { id } = await by.do(z.object({ id: z.string() }), 'POST', deliveries.replace('deliveries', 'test'));
  await eventually('the delivery', async () => {
    const { status } = await by.do(z.object({ status: z.string() }), 'GET', `${deliveries}/${id}`);
    return status === 'waiting' ? undefined : status;
  });
  return `${deliveries}/${id}/replay`;
};

const aReason = () => ({ reason: `Once, ${randomUUID()}.` });
const aPolicy = () => ({ policy: { kind: 'publish_late', withinMinutes: randomInt(1, 40_000) } });

/** The case of every operation that stores replies under an `Idempotency-Key`. */
export const cases: Readonly<Record<string, Case>> = {
  createTemplate: {
    request: async () => ({ path: '/v1/templates', body: aTemplate() }),
    effect: countAt('/v1/templates'),
  },
  useTemplate: {
    request: async (by, { accountId }) => {
      const { id } = await by.do(z.object({ id: z.string() }), 'POST', '/v1/templates', aTemplate());
      return { path: `/v1/templates/${id}/use`, body: { accountId, values: {} } };
    },
    effect: countAt('/v1/posts'),
  },
  createPost: {
    request: async (_, { accountId }) => ({
      path: '/v1/posts',
      body: { accountId, parts: [{ text: `New, ${randomUUID()}.` }] },
    }),
    effect: countAt('/v1/posts'),
  },
  schedulePost: {
    request: async (by, { accountId }) => ({
      path: `/v1/posts/${(await aPost(by, accountId)).id}/schedule`,
      body: { publishAt: inMs(86_400_000) },
    }),
    effect: versionAt,
  },
  publishPost: {
    request: async (by, { accountId }) => ({ path: `/v1/posts/${(await aPost(by, accountId)).id}/publish` }),
    // Publishing writes the post again, so the schedule version is the effect.
    effect: async (by, { path }) => (await read(by, { id: path.split('/')[3] ?? '' })).scheduleVersion,
  },
  submitPost: { request: postStep('submit'), effect: versionAt },
  approvePost: { request: postStep('approve'), effect: versionAt },
  requestPostChanges: {
    request: async (by, office) => {
      const { path } = await postStep('submit')(by, office);
      await by.call('POST', path, {});
      return { path: path.replace('submit', 'request-changes'), body: { comment: 'Shorter, please.' } };
    },
    effect: versionAt,
  },
  commentPost: {
    request: async (by, { accountId }) => ({
      path: `/v1/posts/${(await aPost(by, accountId)).id}/comments`,
      body: { text: 'I like it.' },
    }),
    effect: async (by, { path }) => countAt(path)(by),
  },
  overrideWarning: {
    request: async (by, { accountId }) => ({
      path: `/v1/posts/${(await write(by, accountId, `Thanks, @nobody, ${randomUUID()}.`)).id}/overrides`,
      body: { rule: 'unlisted_mention', reason: 'They asked us to.' },
    }),
    effect: versionAt,
  },
  cancelPost: {
    request: async (by, { accountId }) => ({ path: `/v1/posts/${(await aScheduledPost(by, accountId)).id}/cancel` }),
    effect: versionAt,
  },
  queuePost: {
    request: async (by, { accountId }) => {
      const { id } = await aPost(by, accountId);
      const slots = [{ weekday: 1, time: '09:30' }];
      await by.do(z.unknown(), 'PUT', `/v1/queues/${accountId}`, { timeZone: 'Europe/Berlin', slots });
      return { path: `/v1/posts/${id}/queue` };
    },
    effect: versionAt,
  },
  reschedulePosts: {
    request: async (by, { accountId }) => {
      const { id: postId } = await aScheduledPost(by, accountId);
      const body = { items: [{ postId, shiftMinutes: 60 }] };
      return { path: '/v1/posts/reschedule', body, about: `/v1/posts/${postId}` };
    },
    effect: versionAt,
  },
  importPosts: {
    request: async (by, { accountId }) => {
      // Makes posts know the account: otherwise the import would be carried out with its row refused.
      await aPost(by, accountId);
      const content = JSON.stringify([{ accountId, parts: [{ text: `Of a file, ${randomUUID()}.` }] }]);
      return { path: '/v1/posts/import', body: { format: 'json', mode: 'each', content } };
    },
    effect: countAt('/v1/posts'),
  },
  repostPost: {
    request: async (_, { postOnX }) => ({ path: `/v1/posts/${await postOnX()}/reposts` }),
    effect: async (by, { path }) => countAt(path)(by),
  },
  // After the reposts, since it deletes the posts from X.
  unpublishPost: {
    request: async (_, { postOnX }) => ({ path: `/v1/posts/${await postOnX()}/unpublish` }),
    effect: async (by, request) => {
      const settled = await eventually('the post is deleted on X, or nothing of it', async () => {
        const post = await by.do(Post, 'GET', entityOf(request));
        return post.status === 'unpublishing' ? undefined : post;
      });
      // The deletion on X adds one version.
      return settled.version - (settled.status === 'unpublished' ? 1 : 0);
    },
  },
  createMedia: {
    request: async () => ({
      path: '/v1/media',
      body: { contentType: 'image/png', bytes: picture.length, altText: randomUUID() },
    }),
    effect: onlyTheReplyTells,
  },
  completeMedia: {
    request: async (by) => {
      const { media, upload } = await by.do(Announced, 'POST', '/v1/media', {
        contentType: 'image/png',
        bytes: picture.length,
      });
      await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: picture });
      return { path: `/v1/media/${media.id}/complete` };
    },
    effect: versionAt,
  },
  createCampaign: {
    request: async (by, { accountId }) => ({
      path: '/v1/campaigns',
      body: { name: 'Autumn roast', timeZone: 'Europe/Berlin', posts: await placements(by, accountId) },
    }),
    effect: countAt('/v1/campaigns'),
  },
  createReport: {
    request: async () => ({
      path: '/v1/analytics/reports',
      body: { title: `Report ${randomUUID()}`, period: { kind: 'relative', days: 'last_month' }, formats: ['csv'] },
    }),
    effect: countAt('/v1/analytics/reports'),
  },
  createSavedReport: {
    request: async () => ({ path: '/v1/analytics/saved-reports', body: aSavedReport() }),
    effect: countAt('/v1/analytics/saved-reports'),
  },
  makeSavedReport: {
    request: async (by) => {
      const { id } = await by.do(z.object({ id: z.string() }), 'POST', '/v1/analytics/saved-reports', aSavedReport());
      return { path: `/v1/analytics/saved-reports/${id}/make` };
    },
    effect: countAt('/v1/analytics/reports'),
  },
  enableWebhook: {
    request: async (by) => {
      const path = await aWebhook(by);
      await by.do(z.unknown(), 'POST', `${path}/disable`);
      return { path: `${path}/enable` };
    },
    effect: versionAt,
  },
  disableWebhook: { request: async (by) => ({ path: `${await aWebhook(by)}/disable` }), effect: versionAt },
  testWebhook: {
    request: async (by) => ({ path: `${await aWebhook(by)}/test` }),
    effect: async (by, request) => countAt(`${entityOf(request)}/deliveries`)(by),
  },
  replayWebhookDelivery: { request: async (by) => ({ path: await aDelivery(by) }), effect: onlyTheReplyTells },
  replayFailedDeliveries: {
    request: async (by) => ({ path: `${await aWebhook(by)}/replays`, body: { since: inMs(-randomInt(1, 3_600_000)) } }),
    effect: onlyTheReplyTells,
  },
  cloneCampaign: { request: campaignAfter('clone'), effect: countAt('/v1/campaigns') },
  editCampaignPlan: {
    request: async (by, { accountId }) => {
      const posts = await placements(by, accountId);
      const about = `/v1/campaigns/${(await plan(by, posts)).id}`;
      const wallTime = inMs(2 * 86_400_000).slice(0, 16);
      const edit = {
        trackId: 'posts-1',
        original: posts[0]?.publishAt,
        scope: 'this',
        change: { kind: 'move', wallTime },
      };
      return { path: `${about}/plan/edits`, body: { edit }, about };
    },
    effect: planVersion,
  },
  importCampaignBlackouts: {
    request: async (by, { accountId }) => {
      const about = `/v1/campaigns/${(await aCampaign(by, accountId)).id}`;
      const calendar = [
        ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//x//EN', 'BEGIN:VEVENT', 'UID:1', 'DTSTAMP:20261101T000000Z'],
        ...['DTSTART;VALUE=DATE:20991224', 'SUMMARY:Christmas', 'END:VEVENT', 'END:VCALENDAR', ''],
      ].join('\r\n');
      return { path: `${about}/plan/blackouts`, body: { calendar, from: '2099-12-01', to: '2099-12-31' }, about };
    },
    effect: planVersion,
  },
  checkCampaign: { request: campaignAfter('check'), effect: countOf('check') },
  launchCampaign: { request: checkedCampaign('launch'), effect: countOf('launch') },
  submitCampaign: { request: checkedCampaign('submit'), effect: versionAt },
  approveCampaign: { request: checkedCampaign('approve', 'submit'), effect: stepsAt },
  requestCampaignChanges: { request: checkedCampaign('request-changes', 'submit'), effect: versionAt },
  reviseCampaign: { request: checkedCampaign('revise', 'submit'), effect: versionAt },
  archiveCampaign: { request: campaignAfter('archive'), effect: versionAt },
  pauseCampaign: { request: campaignAfter('pause', 'launch'), effect: versionAt },
  signOffCampaignExperiment: {
    request: async (by, { accountId }) => {
      const about = `/v1/campaigns/${(await aCampaign(by, accountId)).id}`;
      const path = `${about}/experiment`;
      const other = await aPost(by, accountId);
      const body = {
        variants: [
          { key: 'a', name: 'As always' },
          { key: 'b', name: 'With a question' },
        ],
        ...{ control: 'a', metric: 'impressions', seed: 'seed', trackId: 'posts-1' },
        contents: [{ variant: 'b', content: { kind: 'posts', postIds: [other.id] } }],
      };
      await by.do(z.unknown(), 'PUT', path, body, { 'if-match': '*' });
      return { path: `${path}/sign-off`, body: { note: 'Once' }, about };
    },
    effect: versionAt,
  },
  // Its run writes the campaign again, so the steps are the effect.
  resumeCampaign: { request: campaignAfter('resume', 'launch', 'pause'), effect: stepsAt },
  applyCampaignPlan: {
    request: async (by, { accountId }) => {
      const campaign = await aCampaign(by, accountId);
      await launch(by, campaign);
      const about = `/v1/campaigns/${campaign.id}`;
      const posts = await placements(by, accountId);
      await by.do(z.unknown(), 'PUT', `${about}/plan`, { posts }, { 'if-match': '*' });
      const { report } = await check(by, campaign);
      return { path: `${about}/apply`, body: { reportVersion: report.version } };
    },
    effect: countOf('launch'),
  },
  runCampaignSlotNow: {
    request: async (by, { accountId }) => {
      const campaign = await aCampaign(by, accountId);
      const { slots } = await launch(by, campaign);
      const about = `/v1/campaigns/${campaign.id}`;
      return { path: `${about}/slots/${slots[0]?.id ?? ''}/run-now`, body: {}, about };
    },
    effect: async (by, { about = '' }) => {
      const Planned = z.object({ items: z.array(z.object({ publishAt: z.string() })) });
      const { items } = await by.do(Planned, 'GET', `${about}/slots`);
      return items.filter(({ publishAt }) => Date.parse(publishAt) <= Date.now()).length;
    },
  },
  cancelCampaign: { request: campaignAfter('cancel'), effect: versionAt },
  createAutomation: {
    request: async () => ({ path: '/v1/automations', body: anAutomation() }),
    effect: countAt('/v1/automations'),
  },
  createFeed: {
    request: async () => ({ path: '/v1/feeds', body: aFeed() }),
    effect: countAt('/v1/feeds'),
  },
  switchAutomationOn: {
    request: async (by) => {
      const { id } = await by.do(z.object({ id: z.string() }), 'POST', '/v1/automations', anAutomation());
      return { path: `/v1/automations/${id}/on` };
    },
    effect: versionAt,
  },
  completeConnection: {
    request: async (by) => {
      const Begun = z.object({ authorizeUrl: z.string() });
      const { authorizeUrl } = await by.do(Begun, 'POST', '/v1/accounts/connections/start', {});
      return { path: '/v1/accounts/connections', body: await consent(authorizeUrl, await newXUser(stage)) };
    },
    effect: countAt('/v1/accounts'),
  },
  // The next case undoes each stop. A repeated stop changes nothing anyway: the reply shows when it was done.
  stopAccount: {
    request: async (_, { accountId }) => ({ path: `/v1/accounts/${accountId}/stop`, body: aReason() }),
    effect: onlyTheReplyTells,
  },
  resumeAccount: {
    request: async (_, { accountId }) => ({ path: `/v1/accounts/${accountId}/resume`, body: aPolicy() }),
    effect: onlyTheReplyTells,
  },
  stopWorkspace: {
    request: async () => ({ path: '/v1/workspace/stop', body: aReason() }),
    effect: onlyTheReplyTells,
  },
  resumeWorkspace: {
    request: async () => ({ path: '/v1/workspace/resume', body: aPolicy() }),
    effect: onlyTheReplyTells,
  },
  ...usersCases,
};
