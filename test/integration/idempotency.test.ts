import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { allOperations } from '../../infra/openapi.ts';
import { consent, eventually, Marketer, newXUser, type Answer } from '../../infra/local/marketer.ts';
import { expectProblem, whenHeardOf } from '../support/integration/answers.ts';
import { Announced, inMs, picture, plan, read, schedule, turn, write } from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';

interface Request {
  path: string;
  body?: unknown;
}
/** A request that the operation takes, and how often it was carried out. */
interface Case {
  /** Makes what the request needs. Called twice, it gives two requests that differ. */
  request: (by: Marketer, accountId: string) => Promise<Request>;
  /** Grows by one each time that the request is carried out; undefined where only the reply tells. */
  effect: (by: Marketer, request: Request) => Promise<number | undefined>;
}

const Versioned = z.object({ version: z.number() });
const Ids = z.object({ items: z.array(z.object({ id: z.string() })) });

/** The version of the entity at the path before the verb. */
const versionAt = async (by: Marketer, { path }: Request): Promise<number> =>
  (await by.do(Versioned, 'GET', path.replace(/\/[\w-]+$/, ''))).version;

const countAt = (list: string) => async (by: Marketer) => (await by.do(Ids, 'GET', `${list}?limit=100`)).items.length;

const aPost = (by: Marketer, accountId: string) => write(by, accountId, `Once, ${randomUUID()}.`);
const aScheduledPost = async (by: Marketer, accountId: string) =>
  schedule(by, await aPost(by, accountId), inMs(86_400_000));
const placements = async (by: Marketer, accountId: string) => [
  { postId: (await aPost(by, accountId)).id, publishAt: inMs(86_400_000) },
];
const aCampaign = async (by: Marketer, accountId: string) => plan(by, await placements(by, accountId));

/** A campaign after these steps, each of which has settled: nothing of it changes by itself any more. */
const campaignAfter =
  (verb: string, ...steps: string[]): Case['request'] =>
  async (by, accountId) => {
    const campaign = await aCampaign(by, accountId);
    for (const step of steps) await turn(by, campaign, step);
    return { path: `/v1/campaigns/${campaign.id}/${verb}` };
  };

/** What is done with a draft that asks for no more. */
const postStep =
  (verb: string): Case['request'] =>
  async (by, accountId) => ({ path: `/v1/posts/${(await aPost(by, accountId)).id}/${verb}`, body: {} });

const aTemplate = () => ({ name: 'Once', parts: [{ text: `Of a template, ${randomUUID()}.` }], variables: [] });

const cases: Readonly<Record<string, Case>> = {
  createTemplate: {
    request: async () => ({ path: '/v1/templates', body: aTemplate() }),
    effect: countAt('/v1/templates'),
  },
  useTemplate: {
    request: async (by, accountId) => {
      const { id } = await by.do(z.object({ id: z.string() }), 'POST', '/v1/templates', aTemplate());
      return { path: `/v1/templates/${id}/use`, body: { accountId, values: {} } };
    },
    effect: countAt('/v1/posts'),
  },
  createPost: {
    request: async (_, accountId) => ({
      path: '/v1/posts',
      body: { accountId, parts: [{ text: `New, ${randomUUID()}.` }] },
    }),
    effect: countAt('/v1/posts'),
  },
  schedulePost: {
    request: async (by, accountId) => ({
      path: `/v1/posts/${(await aPost(by, accountId)).id}/schedule`,
      body: { publishAt: inMs(86_400_000) },
    }),
    effect: versionAt,
  },
  publishPost: {
    request: async (by, accountId) => ({ path: `/v1/posts/${(await aPost(by, accountId)).id}/publish` }),
    // It is written again while it goes out, so its schedulings are counted.
    effect: async (by, { path }) => (await read(by, { id: path.split('/')[3] ?? '' })).scheduleVersion,
  },
  submitPost: { request: postStep('submit'), effect: versionAt },
  approvePost: { request: postStep('approve'), effect: versionAt },
  requestPostChanges: {
    request: async (by, accountId) => {
      const { path } = await postStep('submit')(by, accountId);
      await by.call('POST', path, {});
      return { path: path.replace('submit', 'request-changes'), body: { comment: 'Shorter, please.' } };
    },
    effect: versionAt,
  },
  commentPost: {
    request: async (by, accountId) => ({
      path: `/v1/posts/${(await aPost(by, accountId)).id}/comments`,
      body: { text: 'I like it.' },
    }),
    effect: async (by, { path }) => countAt(path)(by),
  },
  overrideWarning: {
    request: async (by, accountId) => ({
      path: `/v1/posts/${(await write(by, accountId, `Thanks, @nobody, ${randomUUID()}.`)).id}/overrides`,
      body: { rule: 'unlisted_mention', reason: 'They asked us to.' },
    }),
    effect: versionAt,
  },
  cancelPost: {
    request: async (by, accountId) => ({ path: `/v1/posts/${(await aScheduledPost(by, accountId)).id}/cancel` }),
    effect: versionAt,
  },
  createMedia: {
    request: async () => ({
      path: '/v1/media',
      body: { contentType: 'image/png', bytes: picture.length, altText: randomUUID() },
    }),
    // Media files are in no list: that the same one is named again tells that there is no other.
    effect: () => Promise.resolve(undefined),
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
    request: async (by, accountId) => ({
      path: '/v1/campaigns',
      body: { name: 'Autumn roast', timeZone: 'Europe/Berlin', posts: await placements(by, accountId) },
    }),
    effect: countAt('/v1/campaigns'),
  },
  launchCampaign: { request: campaignAfter('launch'), effect: versionAt },
  pauseCampaign: { request: campaignAfter('pause', 'launch'), effect: versionAt },
  resumeCampaign: { request: campaignAfter('resume', 'launch', 'pause'), effect: versionAt },
  cancelCampaign: { request: campaignAfter('cancel', 'launch'), effect: versionAt },
  completeConnection: {
    request: async (by) => {
      const Begun = z.object({ authorizeUrl: z.string() });
      const { authorizeUrl } = await by.do(Begun, 'POST', '/v1/accounts/connections/start', {});
      return { path: '/v1/accounts/connections', body: await consent(authorizeUrl, await newXUser(stage)) };
    },
    effect: countAt('/v1/accounts'),
  },
};

const maya = new Marketer(stage);
const other = new Marketer(stage, 'other');
let accountId = '';
let otherAccountId = '';
beforeAll(async () => {
  await Promise.all([maya.join(), other.join()]);
  [accountId, otherAccountId] = await Promise.all([
    maya.connect(await newXUser(stage)),
    other.connect(await newXUser(stage)),
  ]);
});

const post = (by: Marketer, { path, body }: Request, key: string): Promise<Answer> =>
  by.call('POST', path, body, { 'idempotency-key': key });

const stored = allOperations.filter(({ operation }) => operation.idempotency === 'stored');

/** Stored by the same code as the others, and not tried one by one: they take a team, a period or a file of their own. */
const notTried = [
  'createWorkspace',
  'switchWorkspace',
  'restoreWorkspace',
  'disableMember',
  'enableMember',
  'leaveWorkspace',
  'transferOwnership',
  'createInvitation',
  'resendInvitation',
  'acceptInvitation',
  'exportAuditEvents',
  'requestComplianceReport',
  'exportMe',
  'queuePost',
  'reschedulePosts',
  'importPosts',
  'unpublishPost',
  'repostPost',
];

test('every operation that stores replies is tried, but what is listed', () => {
  expect([...Object.keys(cases), ...notTried].sort()).toEqual(stored.map(({ operation }) => operation.id).sort());
});

describe.each(Object.entries(cases))('%s', (_, { request, effect }) => {
  test('answers the same again to the same request, and does it once', async () => {
    const key = randomUUID();
    const asked = await request(maya, accountId);
    const before = await effect(maya, asked);
    const first = await whenHeardOf(() => post(maya, asked, key));
    expect(first.status).toBeLessThan(300);
    const after = await effect(maya, asked);
    expect(after).toBe(before === undefined ? undefined : before + 1);
    const again = await post(maya, asked, key);
    expect(again).toMatchObject({ status: first.status, body: first.body });
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(await effect(maya, asked)).toBe(after);

    // Another request under the same key, and another workspace with the same key.
    expectProblem(await post(maya, await request(maya, accountId), key), 422, 'idempotency_key_reused');
    const others = await request(other, otherAccountId);
    const theirs = await whenHeardOf(() => post(other, others, key));
    expect(theirs.status).toBe(first.status);
    expect(theirs.body).not.toEqual(first.body);
  });

  test('of two at once does one', async () => {
    const key = randomUUID();
    const asked = await request(maya, accountId);
    const before = await effect(maya, asked);
    const answers = await eventually('two answers other than 404', async () => {
      const both = await Promise.all([post(maya, asked, key), post(maya, asked, key)]);
      return both.some(({ status }) => status === 404) ? undefined : both;
    });
    const [done, ...others] = answers.filter(({ status }) => status < 300);
    expect(done).toBeDefined();
    for (const each of others) expect(each.body).toEqual(done?.body);
    for (const each of answers.filter(({ status }) => status >= 300)) {
      expectProblem(each, 409, 'idempotency_key_in_flight');
    }
    const settled = await eventually('the reply to the key', async () => {
      const again = await post(maya, asked, key);
      return again.status === 409 ? undefined : again;
    });
    expect(settled.body).toEqual(done?.body);
    expect(await effect(maya, asked)).toBe(before === undefined ? undefined : before + 1);
  });
});

test('a try that failed leaves nothing under its key', async () => {
  const key = randomUUID();
  const { id } = await aPost(maya, accountId);
  const cancel = { path: `/v1/posts/${id}/cancel` };
  expectProblem(await post(maya, cancel, key), 409, 'post_draft');
  await schedule(maya, { id }, inMs(86_400_000));
  expect(await post(maya, cancel, key)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
});

test('without a key, or with another one, each request is carried out', async () => {
  const asked = await cases.createPost?.request(maya, accountId);
  if (!asked) throw new Error('no request');
  const before = await countAt('/v1/posts')(maya);
  const answers = [await maya.call('POST', asked.path, asked.body), await maya.call('POST', asked.path, asked.body)];
  answers.push(await post(maya, asked, randomUUID()));
  expect(new Set(answers.map(({ body }) => z.object({ id: z.string() }).parse(body).id)).size).toBe(3);
  expect(await countAt('/v1/posts')(maya)).toBe(before + 3);
});

test('a key that is none is refused', async () => {
  const asked = { path: '/v1/posts', body: { accountId, parts: [{ text: 'Never.' }] } };
  for (const key of ['x'.repeat(129), 'a b', 'ä']) {
    expectProblem(await post(maya, asked, key), 400, 'invalid_idempotency_key');
  }
});
