import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildFunctions } from '#infra/build/functions.ts';
import { type AwsStub, startAwsStub } from '#test/bench/aws-stub.ts';
import { runFresh } from '#test/bench/fresh-process.ts';
import { arrange, environmentOn, type Woken } from '#test/bench/operations.ts';

/**
 * Modules that the first answer of a new process still loads by `import()`. Each costs the caller about 3.5 times what
 * it would cost while the function initialises (decision 23). Add nothing: common modules should go, and those that stay
 * must be heavy and rarely needed.
 */
const loadedLate: Readonly<Record<string, readonly string[]>> = {
  'users: ready': [],
  'accounts: ready': [],
  'campaigns: ready': [],
  'posts: ready': [],
  'analytics: ready': [],
  'platform: ready': [],
  'users: GET /v1/me': [],
  'users: sign in': [],
  'users: sign in on a new device': [],
  'accounts: list accounts': [],
  'accounts: publishPart': [],
  'posts: list posts': [],
  'posts: follow a short link': ['functions/posts/short-links/routes.ts'],
  'posts: create post': [],
  'posts: create, with a key': ['shared/http/idempotency.ts'],
  'posts: stream': ['shared/lambda/stream.ts', 'functions/posts/changes.ts', 'shared/events/event-bridge.ts'],
  'posts: inbox': ['shared/lambda/queue.ts', 'functions/posts/subscriptions.ts', 'events/standing.ts'],
  'campaigns: list campaigns': [],
  'analytics: metrics of a post': [],
};

let aws: AwsStub;
let woken: Woken[];
/** The module behind each bundle file that `import()` loads, by the path of the file. */
let entryPoints: ReadonlyMap<string, string>;

beforeAll(async () => {
  const bundles = Object.values(await buildFunctions());
  entryPoints = new Map(
    bundles.flatMap(({ outputs }) =>
      Object.entries(outputs).flatMap(([path, { entryPoint }]) =>
        entryPoint === undefined
          ? []
          : [[path, entryPoint.replace(/^late:.*?(?=(functions|shared|events)\/)/, '')] as const],
      ),
    ),
  );
  aws = await startAwsStub();
  woken = await arrange(aws);
});

afterAll(() => {
  aws.stop();
});

const moduleOf = (file: string): string[] => {
  const place = new URL(file).pathname.split('/').slice(-2).join('/');
  const found = [...entryPoints].find(([path]) => path.endsWith(`/${place}`));
  return found ? [found[1]] : [];
};

test('every common operation is listed', () => {
  expect(woken.map(({ name }) => name).sort()).toEqual(Object.keys(loadedLate).sort());
});

test.each(Object.entries(loadedLate))(
  'the first answer of %s loads only the listed modules',
  async (name, expected) => {
    const found = woken.find((each) => each.name === name);
    if (!found) throw new Error(`Nothing is woken for ${name}`);
    aws.setTable(found.table);
    const events = found.events.slice(0, 1);
    const run = await runFresh({ entry: found.entry, events, environment: environmentOn(aws), recordsModules: true });
    found.check(run.answers[0]?.answer);
    const files = (run.loaded[1] ?? []).filter((each) => each.startsWith('file:'));
    expect(files.flatMap(moduleOf).sort()).toEqual([...expected].sort());
  },
);
