// @module-tag long
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import * as z from 'zod';
import { Marketer, newXUser } from '#infra/local/marketer.ts';
import { allOperations } from '#infra/openapi.ts';
import type { Operation } from '#shared/http/operation.ts';
import { expectProblem, send } from '../support/integration/answers.ts';
import { atBoundaries } from '../support/integration/boundaries.ts';
import { Announced, inMs, plan, read, write } from '../support/integration/desk.ts';
import { stage } from '../support/integration/stage.ts';

/** Calls per run: `FUZZ_CALLS=5000` makes more, `FUZZ_SEED=1` different ones. */
const numRuns = Number(process.env.FUZZ_CALLS ?? 300);
const seed = process.env.FUZZ_SEED === undefined ? undefined : Number(process.env.FUZZ_SEED);

const maya = new Marketer(stage);
/** Maya's own ids, by the name of the path parameter. */
const own: Record<string, string> = {};
beforeAll(async () => {
  await maya.join();
  const accountId = await maya.connect(await newXUser(stage));
  const { id: postId } = await write(maya, accountId, 'To be mistreated.');
  const { id: campaignId } = await plan(maya, [{ postId, publishAt: inMs(86_400_000) }]);
  const { media } = await maya.do(Announced, 'POST', '/v1/media', { contentType: 'image/png', bytes: 10 });
  Object.assign(own, { accountId, postId, campaignId, mediaId: media.id });
});

const operations: Operation[] = allOperations.map(({ operation }) => operation);

const hostileText = fc.oneof(
  fc.constantFrom(
    ...['', ' ', '\u0000', '../../etc/passwd', '%00', '%2e%2e%2f', '%zz', "' OR 1=1 --", '<script>alert(1)</script>'],
    ...['__proto__', 'constructor', '{{7*7}}', '${7*7}', 'null', 'NaN', '-1', '1e999', '\u202e', '\ufffe', '👩‍👩‍👧‍👦'],
    ...[
      'wsp_01KATJ9V5H8Q3M4N5P6R7S8T9V',
      'ACCOUNT#',
      '9'.repeat(400),
      'x'.repeat(5_000),
      '\\ud800',
      '2026-13-45T99:99:99Z',
    ],
  ),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ maxLength: 60 }),
);

const ownId = (name: string) => fc.constant(name).map((each) => own[each]);

/** An id of hers, an unknown one, one of another kind, or hostile text. */
const pathValue = (name: string) =>
  fc.oneof(
    { weight: 9, arbitrary: ownId(name).map((id) => id ?? '') },
    { weight: 3, arbitrary: ownId(name).map((id = '') => `${id.slice(0, 4)}01KATJ9V5H8Q3M4N5P6R7S8T9V`) },
    ownId('postId').map((id) => id ?? ''),
    hostileText,
  );

const instant = fc.constantFrom(inMs(86_400_000), '9999-12-31T23:59:59Z', '0000-01-01T00:00:00Z', '2030-01-01');
const leaf = fc.oneof(
  hostileText,
  instant,
  ownId('accountId'),
  ownId('postId'),
  fc.constantFrom(
    'image/png',
    'Europe/Berlin',
    'maya@example.com',
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    Number.MAX_SAFE_INTEGER,
  ),
);
const fields = [
  ...['accountId', 'parts', 'text', 'mediaIds', 'publishAt', 'timeZone', 'name', 'posts', 'postId', 'contentType'],
  ...[
    'bytes',
    'altText',
    'email',
    'password',
    'code',
    'state',
    'refreshToken',
    'workspaceName',
    '__proto__',
    'version',
  ],
];
const anyJson = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom(...fields), tie('value'), { maxKeys: 5 }),
  ),
})).value;

const part = fc.record({
  text: fc.oneof(fc.constant('Hello'), hostileText),
  mediaIds: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(ownId('mediaId'), { maxLength: 2 })),
});
const model = {
  accountId: ownId('accountId'),
  parts: fc.array(part, { minLength: 1, maxLength: 3 }),
  publishAt: instant,
  timeZone: fc.oneof(fc.constant('Europe/Berlin'), hostileText),
  name: hostileText,
  posts: fc.array(fc.record({ postId: ownId('postId'), publishAt: instant }), { minLength: 1, maxLength: 2 }),
  contentType: fc.constantFrom('image/png', 'image/gif'),
  bytes: fc.oneof(fc.integer({ min: 1, max: 10_000_000 }), fc.double()),
  altText: hostileText,
  email: fc.oneof(fc.emailAddress(), hostileText),
  password: fc.oneof(fc.constant('Correct-Horse-9-Battery'), hostileText),
  code: fc.oneof(fc.constant('123456'), hostileText),
  state: fc.oneof(fc.constant('x'.repeat(43)), hostileText),
  refreshToken: fc.oneof(fc.constant('e30.e30.e30'), hostileText),
  workspaceName: hostileText,
};

/** Close to valid: a body that fails validation tests nothing but validation. */
const nearlyRight = fc.oneof(
  { weight: 3, arbitrary: fc.record(model) },
  { weight: 1, arbitrary: fc.record(model, { requiredKeys: [] }) },
);

/** A body as JSON, limited to the fields of the operation; or anything else. */
const bodyOf = (operation: Operation) => {
  const { body } = operation.request;
  const forms = body instanceof z.ZodUnion ? body.options : [body];
  const known = forms.flatMap((form) => (form instanceof z.ZodObject ? Object.keys(form.shape) : []));
  const fitting = nearlyRight.map((right) =>
    JSON.stringify(Object.fromEntries(Object.entries(right).filter(([name]) => known.includes(name)))),
  );
  return fc.oneof(
    { weight: 9, arbitrary: fitting },
    { weight: 2, arbitrary: anyJson.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: hostileText },
    {
      weight: 1,
      arbitrary: fc.constantFrom('{', '[]', '{"a":1,"a":2}', '['.repeat(2_000), `{"text":"${'x'.repeat(70_000)}"}`),
    },
    { weight: 1, arbitrary: fc.constant(undefined) },
  );
};

/** Header values are visible ASCII: the client sends nothing else. */
const headerText = fc.oneof(
  fc.constantFrom('"v1"', 'W/"v1"', '"v99999999999"', 'x'.repeat(3_000), '{}', '../..', '"', '-1'),
  fc.stringMatching(/^[\x21-\x7e]{1,40}$/),
);
const headersOf = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ 'if-match': '*' }) },
  { weight: 1, arbitrary: fc.uuid().map((key) => ({ 'if-match': '*', 'idempotency-key': key })) },
  {
    weight: 2,
    arbitrary: fc.dictionary(
      fc.constantFrom(
        ...['if-match', 'idempotency-key', 'x-correlation-id', 'content-type', 'accept', 'x-forwarded-for', 'cookie'],
        ...['x-amzn-trace-id', 'x-http-method-override', 'range', 'forwarded', 'x-amz-security-token'],
      ),
      headerText,
      { maxKeys: 3 },
    ),
  },
);

const noQuery = fc.constant<Record<string, string>>({});
const queryOf = fc.oneof(
  { weight: 2, arbitrary: noQuery },
  {
    weight: 1,
    arbitrary: fc.dictionary(
      fc.oneof(
        fc.constantFrom('limit', 'cursor', 'status', 'from', 'to', 'accountId', 'entityId', 'eventType'),
        hostileText,
      ),
      fc.oneof(
        fc.constantFrom('1', '100', '101', 'draft', 'post.created', '2026-12-24T10:00:00Z', 'e30', 'W10'),
        hostileText,
      ),
      { maxKeys: 2 },
    ),
  },
);
/** Lists have the most query parameters. */
const isList = ({ request: { query } }: Operation): boolean => query instanceof z.ZodObject && 'limit' in query.shape;

const call = fc.constantFrom(...operations).chain((operation) => {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  return fc.record({
    operation: fc.constant(operation),
    path: fc
      .tuple(...names.map(pathValue))
      .map((values) =>
        names.reduce<string>(
          (path, name, place) => path.replace(`{${name}}`, () => encoded(values[place] ?? '')),
          operation.path,
        ),
      ),
    query: isList(operation) ? queryOf : fc.oneof({ weight: 9, arbitrary: noQuery }, queryOf),
    headers: headersOf,
    body: operation.method === 'GET' ? fc.constant(undefined) : bodyOf(operation),
    isSignedIn: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
  });
});

/** Encoded as a client does in a path; percent-encoding that is already there, valid or not, is kept. */
const encoded = (value: string): string =>
  /^[\w%.~-]*$/.test(value) ? value : encodeURIComponent(value.toWellFormed());

const searchOf = (pairs: Record<string, string>): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(pairs)) search.append(name.toWellFormed(), value.toWellFormed());
  return search.size === 0 ? '' : `?${search.toString()}`;
};

test(`no operation returns a 5xx, whatever is sent (${numRuns} calls)`, async ({ annotate }) => {
  const statuses = new Map<number, number>();
  const property = fc.asyncProperty(call, async ({ operation, path, query, headers, body, isSignedIn }) => {
    const answer = await signedIn(() =>
      send(operation.method, path + searchOf(query), {
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
          ...(isSignedIn && { authorization: `Bearer ${maya.accessToken}` }),
        },
        ...(body !== undefined && { body: body.toWellFormed() }),
      }),
    );
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
    // API Gateway itself refuses requests without a token or with an unreadable path, and not with a problem of ours.
    const isOurs = answer.headers.get('x-correlation-id') !== null;
    if (answer.status >= 400 && isOurs) expectProblem(answer, answer.status, codeOf(answer.body));
  });
  await fc.assert(property, { numRuns, endOnFailure: true, ...(seed !== undefined && { seed }) });
  await annotate(`Answers by status: ${JSON.stringify(Object.fromEntries([...statuses].sort()))}`);
  // Some calls succeeded, and some were refused at each stage.
  expect(statuses.keys().toArray()).toEqual(expect.arrayContaining([200, 400, 401, 404]));
});

/** Signs in again after a request that ended its own session. */
const signedIn = async (ask: () => ReturnType<typeof send>) => {
  const answer = await ask();
  if (answer.status !== 401 || codeOf(answer.body) !== 'session_ended') return answer;
  await maya.signIn();
  return ask();
};

const codeOf = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'code' in body ? String(body.code) : '';

/** How many requests are sent concurrently. */
const lanes = 6;

test('no operation returns a 5xx at the boundaries of its parameters or when they contradict each other', async ({
  annotate,
}) => {
  const known = { ...own, timeZone: 'Europe/Berlin', publishAt: inMs(86_400_000) };
  const waiting = operations.flatMap((operation) =>
    atBoundaries(operation, known).map((sent) => ({ operation, ...sent })),
  );
  const count = waiting.length;
  const failed: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { operation, query, body } = next;
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => own[name] ?? `${name.slice(0, 3)}_1`);
      const asked = path + searchOf(query as Record<string, string>);
      const answer = await signedIn(() =>
        send(operation.method, asked, {
          headers: {
            authorization: `Bearer ${maya.accessToken}`,
            'if-match': '*',
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body).toWellFormed() }),
        }),
      );
      if (answer.status >= 500) failed.push({ id: operation.id, query, body, answer: answer.body });
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  await annotate(`${count} requests`);
  expect(failed).toEqual([]);
});

test('the workspace still works after the fuzzing', async () => {
  await maya.signIn();
  const accountId = await maya.connect(await newXUser(stage));
  const post = await write(maya, accountId, 'Unharmed.');
  expect(await read(maya, post)).toMatchObject({ status: 'draft', version: 1 });
});
