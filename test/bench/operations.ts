import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import accountConnected from '#events/examples/account.connected.json' with { type: 'json' };
import postCreated from '#events/examples/post.created.json' with { type: 'json' };
import postPublished from '#events/examples/post.published.json' with { type: 'json' };
import { builtFolder, type ContextFolder, contexts } from '#infra/build/functions.ts';
import { allOperations } from '#infra/openapi.ts';
import { stages } from '#infra/stages.ts';
import { originHeader } from '#shared/http/origin.ts';
import { newId } from '#shared/ids.ts';
import type { Item } from '#shared/table.ts';
import { functionEnvironment } from '#test/infra/build/bundle.ts';
import { httpEvent, owner, type SignedIn } from '#test/support/http-event.ts';
import { type AwsStub, subject } from './aws-stub.ts';
import type { TableState } from './dynamo-wire.ts';
import { runFresh } from './fresh-process.ts';

/** One of the most common invocations of a function. */
export interface Woken {
  /** `posts: list posts`; for a baseline, only its name. */
  name: string;
  /** The bundle's entry file. */
  entry: string;
  /** Its table before the calls. */
  table: TableState;
  /** One per call to a process: no request repeats the one before. */
  events: readonly unknown[];
  /** @throws Error unless the answer is a success */
  check: (answer: unknown) => void;
}

/** A function's environment on the stage, with the stub in place of AWS and X. */
export const environmentOn = (aws: Pick<AwsStub, 'url' | 'certificate'>): Record<string, string> => ({
  ...functionEnvironment,
  PATH: process.env['PATH'] ?? '',
  AWS_ENDPOINT_URL: aws.url,
  API_URL: aws.url,
  X_API_URL: aws.url,
  X_AUTHORIZE_URL: aws.url,
  RATE_LIMITS: JSON.stringify(stages().prod.limits),
  ORIGIN_SECRET: originSecret,
  AWS_SDK_UA_APP_ID: 'xmp-prod-function',
  ...(aws.certificate !== undefined && { NODE_EXTRA_CA_CERTS: aws.certificate }),
});

const originSecret = 'o'.repeat(40);

/** Calls per process: the first answer is cold, the third and fourth are warm. */
export const asked = 4;

/** The event of a request, as it comes through CloudFront. @throws Error when no context has that operation */
const request = (operationId: string, sent: Parameters<typeof httpEvent>[1] = {}) => {
  const operation = allOperations.map((each) => each.operation).find(({ id }) => id === operationId);
  if (!operation) throw new Error(`There is no operation ${operationId}`);
  return httpEvent(operation, { ...sent, headers: { ...sent.headers, [originHeader]: originSecret } });
};

const repeated = <T>(make: (time: number) => T): T[] => Array.from({ length: asked }, (_, time) => make(time));

/** An event of another context, made from its example, as EventBridge puts it into an inbox. */
const inInbox = (example: { detail: object }, detail: object) => ({
  Records: [
    {
      eventSource: 'aws:sqs',
      messageId: 'message-1',
      body: JSON.stringify({ ...example, detail: { ...example.detail, ...detail } }),
    },
  ],
});

const task = (name: string, input: object) => ({ task: name, input, execution: 'execution-1', correlationId: 'bench' });

const inserted = (item: Item) => ({
  Records: [
    {
      eventSource: 'aws:dynamodb',
      eventID: 'record-1',
      eventName: 'INSERT',
      dynamodb: { SequenceNumber: '1', NewImage: marshall(item, { removeUndefinedValues: true }) },
    },
  ],
});

const Http = z.object({ statusCode: z.number(), body: z.string().optional() });

/** @throws Error unless it is an HTTP response with that status */
const bodyOf = (answer: unknown, status: number): unknown => {
  const { statusCode, body = '{}' } = Http.parse(answer);
  if (statusCode !== status) throw new Error(`Answered ${statusCode}, not ${status}: ${body}`);
  return JSON.parse(body);
};

const Page = z.object({ items: z.array(z.unknown()) });
const answers = (status: number) => (answer: unknown) => void bodyOf(answer, status);
const lists = (count: number) => (answer: unknown) => {
  const { items } = Page.parse(bodyOf(answer, 200));
  if (items.length !== count) throw new Error(`Listed ${items.length}, not ${count}`);
};
const is = (wanted: object) => (answer: unknown) => {
  if (!isDeepStrictEqual(answer, wanted)) throw new Error(`Answered ${JSON.stringify(answer)}`);
};
const published = (answer: unknown) => void z.object({ outcome: z.literal('published') }).parse(answer);

const { workspaceId } = owner;
const accountId = 'acc_01KATJ9V5H8Q3M4N5P6R7S8T9V';
const credentials = { email: 'maya@example.com', password: 'Another-Horse-7-Staple' };
const Confirmed = z.object({ deviceToken: z.string() });
/**
 * The idle time before a cold start: an execution environment that was used a moment ago is still there. By then rate
 * limits have refilled and their items have expired.
 */
const pauseSeconds = 300;
const isStillThere = ({ ttl }: Item): boolean => typeof ttl !== 'number' || ttl > Date.now() / 1000 + pauseSeconds;

/** Items of a page on a screen. */
const listed = 20;

/**
 * The operations to measure, each with its table, which the function itself fills from requests and events. The functions
 * must have been built. @throws Error when one of them gives an unexpected answer
 */
export const arrange = async (aws: AwsStub): Promise<Woken[]> => {
  const environment = environmentOn(aws);
  const entryOf = (context: ContextFolder) => join(builtFolder(context), 'index.mjs');
  const run = async (context: ContextFolder, ...events: object[]): Promise<unknown[]> => {
    const { answers: given } = await runFresh({ entry: entryOf(context), events, environment });
    return given.map(({ answer }) => answer);
  };
  const woken = (
    context: ContextFolder,
    what: string,
    events: readonly unknown[],
    check: Woken['check'],
    items: readonly Item[] = [],
  ): Woken => {
    const table = { items: items.filter(isStillThere), hasKeysAlone: context === 'posts' };
    return { name: `${context}: ${what}`, entry: entryOf(context), table, events, check };
  };

  const ready = contexts.map((context) =>
    woken(
      context,
      'ready',
      repeated(() => request(`${context}Ready`)),
      answers(200),
    ),
  );

  const { member, deviceToken, usersTable } = await signUp(aws, run);
  const onUsers = [
    woken(
      'users',
      'GET /v1/me',
      repeated(() => request('getMe', { as: member })),
      answers(200),
      usersTable,
    ),
    woken(
      'users',
      'sign in',
      repeated(() => request('signIn', { body: { ...credentials, deviceToken } })),
      answers(200),
      usersTable,
    ),
    woken(
      'users',
      'sign in on a new device',
      repeated(() => request('signIn', { body: credentials })),
      answers(200),
      usersTable,
    ),
  ];

  const { account, accountsTable } = await connect(aws, run);
  const publishPart = (time: number) =>
    task('accounts.publishPart', {
      ...{ workspaceId, accountId: account, postId: newId('pst', new Date()), campaignId: null },
      part: { part: 0, text: `A post of its own ${time}`, mediaIds: [] },
    });
  const onAccounts = [
    woken(
      'accounts',
      'list accounts',
      repeated(() => request('listAccounts', { as: owner })),
      lists(1),
      accountsTable,
    ),
    woken('accounts', 'publishPart', repeated(publishPart), published, accountsTable),
  ];

  const { postItem, postsTable } = await write(aws, run);
  const create = (time: number) => request('createPost', { as: owner, body: aPost(`Another one, number ${time}`) });
  const createKeyed = (time: number) =>
    request('createPost', {
      ...{ as: owner, body: aPost(`A last one, number ${time}`) },
      headers: { 'idempotency-key': `key-${time}` },
    });
  const learned = (time: number) => inInbox(accountConnected, { workspaceId, entityVersion: time + 2 });
  const code = '4fKq0ZtX9bLm';
  const link = { workspaceId, postId: newId('pst', new Date()), code, target: 'https://example.com/', stoppedAt: null };
  const shortLink = { pk: `LINK#${code}`, sk: 'LINK', type: 'short_link', ...link };
  const follow = () => {
    const { requestContext, ...event } = request('followShortLink', { path: { code } });
    const http = { ...requestContext.http, userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Firefox/150.0' };
    return { ...event, requestContext: { ...requestContext, http } };
  };
  const onPosts = [
    woken(
      'posts',
      'list posts',
      repeated(() => request('listPosts', { as: owner })),
      lists(listed),
      postsTable,
    ),
    woken('posts', 'follow a short link', repeated(follow), answers(302), [shortLink]),
    woken('posts', 'create post', repeated(create), answers(201), postsTable),
    woken('posts', 'create, with a key', repeated(createKeyed), answers(201), postsTable),
    woken(
      'posts',
      'stream',
      repeated(() => inserted(postItem)),
      is({ batchItemFailures: [] }),
      postsTable,
    ),
    woken('posts', 'inbox', repeated(learned), is({ batchItemFailures: [] }), postsTable),
  ];

  const campaignsTable = await plan(aws, run);
  const listCampaigns = repeated(() => request('listCampaigns', { as: owner }));
  const analyticsTable = await measure(aws, run);
  const metrics = repeated(() => request('getPostMetrics', { as: owner, path: { postId: measuredPost } }));
  return [
    ...ready,
    ...onUsers,
    ...onAccounts,
    ...onPosts,
    woken('campaigns', 'list campaigns', listCampaigns, lists(listed), campaignsTable),
    woken('analytics', 'metrics of a post', metrics, answers(200), analyticsTable),
  ];
};

const empty = { items: [] };

type Run = (context: ContextFolder, ...events: object[]) => Promise<unknown[]>;

const aPost = (text: string) => ({ accountId, parts: [{ text }] });
const measuredPost = 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V';

const Mailed = z.object({ type: z.literal('mail'), data: z.object({ code: z.string() }) });
const SignUpToken = z.object({ signUpToken: z.string() });
const PersonItem = z.object({ type: z.literal('person'), id: z.string(), workspaceId: z.string() });

const found = <T>(schema: z.ZodType<T>, items: readonly Item[]): T => {
  const first = items.flatMap((item) => schema.safeParse(item).data ?? [])[0];
  if (first === undefined) throw new Error('The table lacks what was to be written');
  return first;
};

const signUp = async (
  aws: AwsStub,
  run: Run,
): Promise<{ member: SignedIn; deviceToken: string; usersTable: Item[] }> => {
  aws.setTable(empty);
  const body = { ...credentials, name: 'Maya', workspaceName: 'Acme' };
  const [begun] = await run('users', request('signUp', { body }));
  const { signUpToken } = SignUpToken.parse(bodyOf(begun, 202));
  const { code } = found(Mailed, aws.items()).data;
  const confirmation = { email: credentials.email, code, signUpToken };
  const [confirmed] = await run('users', request('confirmSignUp', { body: confirmation }));
  const { deviceToken } = Confirmed.parse(bodyOf(confirmed, 200));
  const person = found(PersonItem, aws.items());
  aws.setPerson({ subject, workspaceId: person.workspaceId });
  const member: SignedIn = {
    personId: person.id,
    workspaceId: person.workspaceId,
    role: 'owner',
    signInId: 'sign-in-1',
  };
  return { member, deviceToken, usersTable: aws.items() };
};

const connect = async (aws: AwsStub, run: Run): Promise<{ account: string; accountsTable: Item[] }> => {
  aws.setTable(empty);
  const [started] = await run('accounts', request('startConnection', { as: owner }));
  const { state } = z.object({ state: z.string() }).parse(bodyOf(started, 201));
  const [connected] = await run(
    'accounts',
    request('completeConnection', { as: owner, body: { code: 'code', state } }),
  );
  const { id } = z.object({ id: z.string() }).parse(bodyOf(connected, 201));
  return { account: id, accountsTable: aws.items() };
};

const write = async (aws: AwsStub, run: Run): Promise<{ postItem: Item; postsTable: Item[] }> => {
  aws.setTable(empty);
  const writing = Array.from({ length: listed }, (_, n) =>
    request('createPost', { as: owner, body: aPost(`Post ${n}: a few words as people write them`) }),
  );
  const [, ...written] = await run(
    'posts',
    inInbox(accountConnected, { workspaceId, entityId: accountId }),
    ...writing,
  );
  for (const answer of written) bodyOf(answer, 201);
  const postsTable = aws.items();
  const postItem = found(z.looseObject({ type: z.literal('post') }), postsTable);
  return { postItem, postsTable };
};

const plan = async (aws: AwsStub, run: Run): Promise<Item[]> => {
  aws.setTable(empty);
  const planned = Array.from({ length: listed }, () => newId('pst', new Date()));
  const known = planned.map((entityId) => inInbox(postCreated, { workspaceId, entityId }));
  const publishAt = new Date(Date.now() + 86_400_000).toISOString();
  const planning = planned.map((postId, n) => {
    const body = { name: `Campaign ${n}`, timeZone: 'Europe/Berlin', posts: [{ postId, publishAt }] };
    return request('createCampaign', { as: owner, body });
  });
  const made = (await run('campaigns', ...known, ...planning)).slice(known.length);
  for (const answer of made) bodyOf(answer, 201);
  return aws.items();
};

const measure = async (aws: AwsStub, run: Run): Promise<Item[]> => {
  aws.setTable(empty);
  const { data } = postPublished.detail;
  const metrics = {
    impressions: 900,
    likes: 30,
    reposts: 4,
    replies: 2,
    quotes: 1,
    bookmarks: 5,
    urlClicks: 20,
    profileClicks: 3,
  };
  const reading = (minute: number) => {
    const measuredAt = new Date(Date.parse(data.publishedAt) + minute * 60_000).toISOString();
    const read = { outcome: 'read', measuredAt, posts: data.xPostIds.map((xPostId) => ({ xPostId, metrics })) };
    return task('analytics.recordSnapshots', { workspaceId, accountId, postIds: [measuredPost], read });
  };
  const heard = inInbox(postPublished, { workspaceId, entityId: measuredPost });
  await run('analytics', heard, ...Array.from({ length: listed }, (_, n) => reading(n + 1)));
  return aws.items();
};
