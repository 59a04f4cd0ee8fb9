import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import * as z from 'zod';
import type { Answer } from '#infra/local/marketer.ts';
import { about, armAws, type AwsRule, by, publicationOf } from './aws-proxy.ts';
import { type Account, Lab } from './lab.ts';
import { compare, Tally } from './oracle.ts';
import { expectVerdict, type Place, playAll, playedNow, type Scenario, type Verdict } from './scenario.ts';
import { killWorkers } from './workers.ts';

/** A call that AWS gets wrong: which one, of which function, about what. */
type Call = Pick<AwsRule, 'service' | 'operation' | 'headers' | 'body'>;
type Way = Omit<AwsRule, keyof Call>;

/** DynamoDB's client tries a call four times, the others three times (AWS SDK for JavaScript v3: retry behavior). */
const sdkTries = 4;
const throttled = { error: { code: 'ThrottlingException' } };

/** What a single retry of the SDK mends, and what goes beyond its tries so that the next layer has to. */
const ways: Record<string, Way> = {
  'throttled once': { ...throttled, times: 1 },
  'throttled beyond the SDK’s tries': { ...throttled, times: sdkTries + 1 },
  'reset once': { reset: true, times: 1 },
  'reset beyond the SDK’s tries': { reset: true, times: sdkTries + 1 },
  'failing inside AWS beyond the SDK’s tries': { error: { code: 'InternalServerError' }, times: sdkTries + 1 },
  'timing out once': { timeout_ms: 1_500, times: 1 },
  // For longer than an invocation lasts: the SDK has to give the try up by itself (shared/aws-client.ts).
  'unanswered once': { timeout_ms: 60_000, times: 1 },
  'carried out with its answer lost': { response: { abort_bytes: 1 }, times: 1 },
};

const dynamo = (operation: string, context: string, body: string): Call => ({
  service: 'dynamodb',
  operation,
  ...by(context),
  body,
});

/** The steps of publishing a post at which AWS is called. */
const publishing: Record<string, (place: Place) => Call> = {
  // The first two may leave the outcome unknown for a minute: they begin first.
  'writing the intent': ({ postId }) => dynamo('PutItem', 'accounts', publicationOf(postId, 'intended')),
  'writing the X id': ({ postId }) => dynamo('PutItem', 'accounts', publicationOf(postId, 'published')),
  'telling that it is scheduled': ({ postId }) => ({
    service: 'events',
    operation: 'PutEvents',
    ...by('posts'),
    ...about(postId, 'post.scheduled'),
  }),
  'writing the claim': ({ postId }) =>
    dynamo('PutItem', 'posts', `Item.id.S == '${postId}' && Item.status.S == 'publishing'`),
  // With its account, in one call.
  'reading the publication': ({ postId }) => ({
    service: 'dynamodb',
    operation: 'BatchGetItem',
    ...by('accounts'),
    ...about(`PUBLICATION#${postId}#0`),
  }),
  'reading the tokens': ({ account }) => dynamo('GetItem', 'accounts', `contains(Key.sk.S, '${account.id}')`),
  'recording the outcome': ({ postId }) =>
    dynamo('PutItem', 'posts', `Item.id.S == '${postId}' && Item.status.S == 'published'`),
};

/** The steps of a campaign, until its post is handed to publishing and back. */
const campaigning: Record<string, (place: Place) => Call> = {
  'telling that it is launched': ({ campaignId = '' }) => ({
    service: 'events',
    operation: 'PutEvents',
    ...by('campaigns'),
    ...about(campaignId, 'campaign.launched'),
  }),
  'reading its slots': ({ campaignId = '' }) => ({
    service: 'dynamodb',
    operation: 'Query',
    ...by('campaigns'),
    ...about(campaignId),
  }),
  'planning a slot': ({ postId }) =>
    dynamo('PutItem', 'campaigns', `Item.type.S == 'slot' && Item.postId.S == '${postId}'`),
  'claiming its post': ({ postId }) => ({
    service: 'dynamodb',
    operation: 'TransactWriteItems',
    ...by('campaigns'),
    ...about(postId),
  }),
  // For its launch, and before its post goes out.
  'reading the campaign': ({ campaignId = '' }) =>
    dynamo('GetItem', 'campaigns', `Key.sk.S == 'CAMPAIGN#${campaignId}'`),
  'completing it': ({ campaignId = '' }) => ({
    service: 'dynamodb',
    operation: 'TransactWriteItems',
    ...by('campaigns'),
    ...about(campaignId, 'completed'),
  }),
};

/** Every step meets what the SDK's own tries do not mend; what they mend is met at one step. */
const hardWays = [
  'throttled beyond the SDK’s tries',
  'reset beyond the SDK’s tries',
  'carried out with its answer lost',
];
const scenariosOf = (steps: typeof publishing, inCampaign: boolean): Scenario[] =>
  Object.entries(steps).flatMap(([step, call]) =>
    Object.entries(ways)
      .filter(([way]) => hardWays.includes(way) || step === 'writing the X id')
      .map(([way, how]): Scenario => ({
        name: `${step}, ${way}`,
        inCampaign,
        expected: { end: 'published' },
        arm: (place) => armAws(inject('awsProxyUrl'), [{ ...call(place), ...how }]),
      })),
  );
const all = playedNow([...scenariosOf(publishing, false), ...scenariosOf(campaigning, true)]);

describe('AWS fails while a post is published', () => {
  const tally = new Tally();
  let verdicts: Map<string, Verdict | Error>;
  beforeAll(async () => {
    verdicts = await playAll(await Lab.open(), all);
  });
  afterAll(() => {
    process.stdout.write(`${tally.line()}\n`);
  });

  test.each(all)('$name: it stands on X once', (each) => {
    expectVerdict(verdicts.get(each.name), each, tally);
  });
});

describe('AWS fails while somebody waits for an answer', () => {
  const Page = z.object({
    items: z.array(z.object({ id: z.string(), parts: z.array(z.object({ text: z.string() })) })),
  });
  const Problem = z.object({ status: z.int(), code: z.string() });
  let lab: Lab;
  let account: Account;
  beforeAll(async () => {
    lab = await Lab.open();
    account = await lab.newAccount();
    await lab.write(account, ['the account is known to posts']);
  });

  const arm = (rule: Call & Way) => armAws(inject('awsProxyUrl'), [rule]);
  const draft = (text: string) => ({ accountId: account.id, parts: [{ text }] });
  /** How many posts have that text. */
  const countOf = async (text: string): Promise<number> => {
    const { items } = await lab.maya.do(Page, 'GET', '/v1/posts?limit=100');
    return items.filter(({ parts }) => parts[0]?.text === text).length;
  };
  const expectProblem = ({ status, headers, body }: Answer) => {
    expect(status).toBeGreaterThanOrEqual(500);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(Problem.parse(body).status).toBe(status);
  };
  const mended = Object.entries(ways).filter(([, { times }]) => times === 1);
  const notMended = Object.entries(ways).filter(([, { times }]) => times > 1);

  test.each(mended)('a post is written once with the write %s', async (_, way) => {
    const text = randomUUID();
    const struck = await arm({ ...dynamo('PutItem', 'posts', `contains(to_string(Item), '${text}')`), ...way });
    const { status } = await lab.maya.call('POST', '/v1/posts', draft(text));
    expect([status, await struck(), await countOf(text)]).toEqual([201, 1, 1]);
  });

  test.each(notMended)('a post is not written, and the caller told, with the write %s', async (_, way) => {
    const text = randomUUID();
    const write = dynamo('PutItem', 'posts', `contains(to_string(Item), '${text}')`);
    const struck = await arm({ ...write, ...way, times: sdkTries });
    expectProblem(await lab.maya.call('POST', '/v1/posts', draft(text)));
    expect([await struck(), await countOf(text)]).toEqual([sdkTries, 0]);
    expect((await lab.maya.call('POST', '/v1/posts', draft(text))).status).toBe(201);
    expect(await countOf(text)).toBe(1);
  });

  test.each(mended)('posts are listed with the query %s', async (_, way) => {
    const struck = await arm({ ...dynamo('Query', 'posts', `contains(to_string(@), '${lab.workspaceId}')`), ...way });
    expect((await lab.maya.call('GET', '/v1/posts')).status).toBe(200);
    expect(await struck()).toBe(1);
  });

  test.each(notMended)('whoever lists posts is told, with the query %s', async (_, way) => {
    const query = dynamo('Query', 'posts', `contains(to_string(@), '${lab.workspaceId}')`);
    await arm({ ...query, ...way, times: sdkTries });
    expectProblem(await lab.maya.call('GET', '/v1/posts'));
    expect((await lab.maya.call('GET', '/v1/posts')).status).toBe(200);
  });
});

// Environments of processes are read where Linux shows them.
describe.skipIf(!existsSync('/proc/self/environ'))('AWS keeps the secret back from a function that starts', () => {
  const secret: Call = { service: 'secretsmanager', operation: 'GetSecretValue', ...by('accounts') };
  const tally = new Tally();
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.open();
  });
  afterAll(() => {
    process.stdout.write(`${tally.line()}\n`);
  });

  test.each(Object.entries(ways))('a post is published once with the secret %s', async (way, how) => {
    const account = await lab.newAccount();
    const postId = await lab.write(account, [`the secret ${way}`]);
    // A function keeps the secret: only one that starts asks for it.
    await killWorkers('xmp-local-accounts', inject('awsProxyUrl'));
    const struck = await armAws(inject('awsProxyUrl'), [{ ...secret, ...how }]);
    await lab.publish(postId);
    expect((await lab.ended(postId)).status).toBe('published');
    const difference = compare([[`the secret ${way}`]], await lab.standing(account));
    tally.count(difference);
    expect(difference).toEqual({ lost: [], doubled: [], outOfOrder: [] });
    expect(await struck()).toBe(how.times);
  });
});
