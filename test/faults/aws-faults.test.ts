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

/** A call that AWS fails: which one, from which function, about what. */
type Call = Pick<AwsRule, 'service' | 'operation' | 'headers' | 'body'>;
type Way = Omit<AwsRule, keyof Call>;

/** DynamoDB's client tries a call four times, the others three times (AWS SDK for JavaScript v3: retry behavior). */
const sdkTries = 4;
const throttled = { error: { code: 'ThrottlingException' } };

/** Faults that a single retry of the SDK recovers from, and faults that outlast its tries, left to the next layer. */
const ways: Record<string, Way> = {
  'throttled once': { ...throttled, times: 1 },
  'throttled beyond the SDK’s tries': { ...throttled, times: sdkTries + 1 },
  'reset once': { reset: true, times: 1 },
  'reset beyond the SDK’s tries': { reset: true, times: sdkTries + 1 },
  'failing inside AWS beyond the SDK’s tries': { error: { code: 'InternalServerError' }, times: sdkTries + 1 },
  'timing out once': { timeout_ms: 1_500, times: 1 },
  // Longer than an invocation lasts: the SDK itself has to abandon the try (shared/aws-client.ts).
  'unanswered once': { timeout_ms: 60_000, times: 1 },
  'carried out with its answer lost': { response: { abort_bytes: 1 }, times: 1 },
};

const dynamo = (operation: string, context: string, body: string): Call => ({
  service: 'dynamodb',
  operation,
  ...by(context),
  body,
});

/** The steps of publishing a post that call AWS. */
const publishing: Record<string, (place: Place) => Call> = {
  // The first two may leave the outcome unknown for a minute, so they start first.
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
  // Read together with its account, in one call.
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

/** The steps of a campaign, up to handing its post to publishing, and back. */
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
  // Read at launch, and again before its post is published.
  'reading the campaign': ({ campaignId = '' }) =>
    dynamo('GetItem', 'campaigns', `Key.sk.S == 'CAMPAIGN#${campaignId}'`),
  'completing it': ({ campaignId = '' }) => ({
    service: 'dynamodb',
    operation: 'TransactWriteItems',
    ...by('campaigns'),
    ...about(campaignId, 'completed'),
  }),
};

/** Every step meets the faults that the SDK's tries do not recover from; only one step meets the others. */
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

describe('when AWS fails while a post is published', () => {
  const tally = new Tally();
  let verdicts: Map<string, Verdict | Error>;
  beforeAll(async () => {
    verdicts = await playAll(await Lab.open(), all);
  });
  afterAll(() => {
    process.stdout.write(`${tally.line()}\n`);
  });

  test.each(all)('$name: the post is on X exactly once', (each) => {
    expectVerdict(verdicts.get(each.name), each, tally);
  });
});

describe('while AWS fails, the posts API', () => {
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
  /** How many posts have this text. */
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

  test.each(mended)('creates a post once when the write is %s', async (_, way) => {
    const text = randomUUID();
    const struck = await arm({ ...dynamo('PutItem', 'posts', `contains(to_string(Item), '${text}')`), ...way });
    const { status } = await lab.maya.call('POST', '/v1/posts', draft(text));
    expect([status, await struck(), await countOf(text)]).toEqual([201, 1, 1]);
  });

  test.each(notMended)(
    'returns a 5xx problem and creates no post until the request is repeated, when the write is %s',
    async (_, way) => {
      const text = randomUUID();
      const write = dynamo('PutItem', 'posts', `contains(to_string(Item), '${text}')`);
      const struck = await arm({ ...write, ...way, times: sdkTries });
      expectProblem(await lab.maya.call('POST', '/v1/posts', draft(text)));
      expect([await struck(), await countOf(text)]).toEqual([sdkTries, 0]);
      expect((await lab.maya.call('POST', '/v1/posts', draft(text))).status).toBe(201);
      expect(await countOf(text)).toBe(1);
    },
  );

  test.each(mended)('lists posts when the query is %s', async (_, way) => {
    const struck = await arm({ ...dynamo('Query', 'posts', `contains(to_string(@), '${lab.workspaceId}')`), ...way });
    expect((await lab.maya.call('GET', '/v1/posts')).status).toBe(200);
    expect(await struck()).toBe(1);
  });

  test.each(notMended)(
    'returns a 5xx problem for one listing, and lists posts again afterwards, when the query is %s',
    async (_, way) => {
      const query = dynamo('Query', 'posts', `contains(to_string(@), '${lab.workspaceId}')`);
      await arm({ ...query, ...way, times: sdkTries });
      expectProblem(await lab.maya.call('GET', '/v1/posts'));
      expect((await lab.maya.call('GET', '/v1/posts')).status).toBe(200);
    },
  );
});

// The environment of a process can be read only on Linux.
describe.skipIf(!existsSync('/proc/self/environ'))('a cold start while Secrets Manager fails', () => {
  const secret: Call = { service: 'secretsmanager', operation: 'GetSecretValue', ...by('accounts') };
  const tally = new Tally();
  let lab: Lab;
  beforeAll(async () => {
    lab = await Lab.open();
  });
  afterAll(() => {
    process.stdout.write(`${tally.line()}\n`);
  });

  test.each(Object.entries(ways))(
    'publishes the post exactly once when the read of the secret is %s',
    async (way, how) => {
      const account = await lab.newAccount();
      const postId = await lab.write(account, [`the secret ${way}`]);
      // A function caches the secret: only a cold start asks for it.
      await killWorkers('xmp-local-accounts', inject('awsProxyUrl'));
      const struck = await armAws(inject('awsProxyUrl'), [{ ...secret, ...how }]);
      await lab.publish(postId);
      expect((await lab.ended(postId)).status).toBe('published');
      const difference = compare([[`the secret ${way}`]], await lab.standing(account));
      tally.count(difference);
      expect(difference).toEqual({ lost: [], doubled: [], outOfOrder: [] });
      expect(await struck()).toBe(how.times);
    },
  );
});
