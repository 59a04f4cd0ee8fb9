import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

/** Sources by their path in the project. */
type Sources = Readonly<Record<string, string>>;

/** Files at a context's root that assemble it. All others there are its base, which capabilities build on. */
const composition = ['index', 'open-deps', 'contract', 'routes', 'tasks', 'subscriptions', 'changes'];

/**
 * The folders of each context, bottom up: a folder imports from those before it, never from one after it. `base` and
 * `root` are the files at the context's root (see `composition`).
 */
const floors: Readonly<Record<string, readonly string[]>> = {
  users: [
    ...['domain', 'store', 'ports', 'base', 'access-tokens', 'security', 'audit', 'compliance', 'lock-out'],
    ...['passwords', 'service-accounts', 'workspaces', 'me', 'sessions', 'sign-in', 'team', 'sign-up', 'credentials'],
    ...['mail', 'privacy', 'root'],
  ],
  accounts: [
    ...['domain', 'ports', 'store', 'x', 'base', 'session', 'usage', 'account-health', 'connections'],
    ...['post-readings', 'privacy', 'publishing', 'campaign-facts', 'activity', 'root'],
  ],
  campaigns: [
    ...['domain', 'ports', 'store', 'base', 'plan-expansion', 'experiments', 'budget', 'planning', 'cloning'],
    ...['resuming', 'applying', 'launch', 'rehearsal', 'brief', 'lifecycle', 'explaining', 'automations', 'privacy'],
    ...['root'],
  ],
  posts: [
    ...[
      'domain',
      'ports',
      'store',
      'base',
      'projections',
      'account-waits',
      'media/inspect',
      'media',
      'checks',
      'scheduling',
    ],
    ...['approval', 'calendar', 'composing', 'overrides', 'privacy', 'on-x', 'short-links', 'publishing', 'queue'],
    ...['receipts', 'stops', 'writing', 'templates', 'transfer', 'versions', 'campaign-content'],
    ...['automation-steps', 'root'],
  ],
  analytics: [
    ...['domain', 'ports', 'store', 'base', 'projections', 'metrics', 'totals', 'performance', 'alerts', 'collect'],
    ...['keeping', 'insights/statistics', 'insights', 'daily-checks', 'reports/rendering', 'reports', 'privacy'],
    ...['root'],
  ],
  platform: ['domain', 'ports', 'store', 'base', 'status', 'webhooks', 'incoming-hooks', 'feeds', 'privacy', 'root'],
};

const contextOf = (path: string): string | undefined => /^functions\/([^/]+)\//.exec(path)?.[1];

/** The folder of a context that a path lies in: `approval`, `media/inspect`, `base` or `root`. */
const roomOf = (path: string): string => {
  const [, , ...rest] = path.split('/');
  const folder = rest.slice(0, -1).join('/');
  if (folder !== '') return folder;
  return composition.includes((rest[0] ?? '').replace(/\.ts$/, '')) ? 'root' : 'base';
};

/** What a domain may import besides itself: values and pure functions, no table, no HTTP, no clock. */
const ofDomain =
  /^(zod|node:(crypto|net)|events\/.+|shared\/(actor|bound|canonical|change|composed|csv|entity|errors|ids|once|permissions|privacy\/personal-data|recurrence\/schedule|secrets|shards|sign-ins|text|time|x-app-share|events\/event)\.ts)$/;

const isContract = (path: string): boolean =>
  /[/-]contract\.ts$|\/(events-heard|task-names|health|views)\.ts$/.test(path);

/** Whether a source may import a target: a path in the project, or the name of a package. */
const mayImport = (from: string, to: string): boolean => {
  const context = contextOf(from);
  const own = `functions/${context ?? '-'}/`;
  if (/^@aws-sdk\//.test(to)) {
    return (
      /^(shared|infra)\//.test(from) || /^functions\/[^/]+\/(open-deps\.ts|index\.ts|(store|ports)\/.+)$/.test(from)
    );
  }
  if (from.startsWith(`${own}domain/`)) {
    return ofDomain.test(to) || to.startsWith(`${own}domain/`);
  }
  if (context) {
    if (/^(functions|infra|test)\//.test(to) && !to.startsWith(own)) return false;
    if (isContract(from)) return /^(zod|shared\/.+|events\/.+)$/.test(to) || isContract(to) || roomOf(to) === 'domain';
    if (!to.startsWith(own)) return true;
    const order = floors[context] ?? [];
    const [lower, upper] = [order.indexOf(roomOf(to)), order.indexOf(roomOf(from))];
    return lower !== -1 && lower <= upper;
  }
  // It names the parts that contracts consist of.
  if (from === 'infra/openapi/names.ts') {
    return /^(zod|shared\/.+|events\/.+)$/.test(to) || isContract(to) || roomOf(to) === 'domain';
  }
  if (from.startsWith('infra/')) return !/^(functions\/(?![^/]+\/contract\.ts$)|test\/)/.test(to);
  if (from.startsWith('events/')) return !/^(functions|infra|test)\//.test(to);
  return !/^(events|functions|infra|test)\//.test(to);
};

/** What a source imports, statically or dynamically; type imports count too. */
const importsOf = (path: string, source: string): string[] =>
  [...source.matchAll(/^\s*(?:import|export)\b[^'"`;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'/gm)].map(
    ([, from, bare, late]) => {
      const target = from ?? bare ?? late ?? '';
      if (target.startsWith('#')) return target.slice(1);
      return target.startsWith('.') ? posix.join(posix.dirname(path), target) : target;
    },
  );

const breaches = (sources: Sources): string[] =>
  Object.entries(sources).flatMap(([path, source]) =>
    importsOf(path, source)
      .filter((target) => !mayImport(path, target))
      .map((target) => `${path} imports ${target}`),
  );

/** Files in an import cycle, type imports included. */
const circles = (sources: Sources): string[] => {
  const targets = new Map(Object.entries(sources).map(([path, source]) => [path, importsOf(path, source)]));
  const reached = (path: string, seen = new Set<string>()): Set<string> => {
    for (const target of targets.get(path) ?? []) {
      if (seen.has(target)) continue;
      seen.add(target);
      reached(target, seen);
    }
    return seen;
  };
  return [...targets.keys()].filter((path) => reached(path).has(path));
};

/** Files whose imports climb three folders or more: targets that far away have an alias (`#shared/…`). */
const climbs = (sources: Sources): string[] =>
  Object.entries(sources).flatMap(([path, source]) => (/(from|import\() ?'(\.\.\/){3}/.test(source) ? [path] : []));

/** Files with dynamic imports outside the two seams (decision 22), each with the heavy, rarely needed work it defers. */
const lateBesides: Readonly<Record<string, string>> = {
  'functions/users/credentials/totp-routes.ts': 'draws a QR code',
  'functions/posts/scheduling/schedule.ts': 'knows all time zones',
  'functions/posts/media/routes.ts': 'reads pictures and films',
  'functions/posts/writing/write-post.ts': 'finds links as X does, to mark them',
  'functions/posts/transfer/import.ts': 'reads CSV',
  'functions/posts/versions/routes.ts': 'compares texts',
  'functions/analytics/reports/rendering/render.ts': 'the libraries of one format',
  'functions/campaigns/experiments/lazy-judge.ts': 'judges experiments',
  'shared/observability.ts': 'traces, when X-Ray samples the invocation',
  'shared/lambda/handler.ts': 'the parts of streams, queues and refusals',
  'shared/lambda/http.ts': 'keeps replies for an Idempotency-Key',
  'shared/http/request.ts': 'words for what is wrong with a request',
};

/** Files with dynamic imports that are neither a seam nor an exception. */
const lateElsewhere = (sources: Sources): string[] =>
  Object.entries(sources).flatMap(([path, source]) => {
    const isSeam = /^functions\/[^/]+\/(routes|tasks|open-deps|index)\.ts$/.test(path);
    const isOurs = /^(functions|shared|events)\//.test(path);
    return isOurs && !isSeam && !(path in lateBesides) && /\bimport\('/.test(source) ? [path] : [];
  });

/** Spreads of lazily loaded ports, which cannot be spread (use `overriding`). */
const spreadLatePorts = (sources: Sources): string[] =>
  Object.entries(sources).flatMap(([path, source]) => {
    const [context] = /^functions\/[^/]+\//.exec(path) ?? [];
    const deps = context === undefined ? '' : (sources[`${context}open-deps.ts`] ?? '');
    const late = new Set(Array.from(deps.matchAll(/(\w+): lazy\(/g), ([, port]) => port));
    const taken = Array.from(source.matchAll(/\{([^{}]*)\} = deps\b/g), ([, names = '']) =>
      names.split(/[\s,]+/),
    ).flat();
    return [...source.matchAll(/\{\s*\.\.\.(deps\.)?(\w+)\s*,/g)].flatMap(([, isOfDeps, port = '']) =>
      late.has(port) && (isOfDeps !== undefined || taken.includes(port)) ? [`${path}: ${port}`] : [],
    );
  });

/**
 * What the root's `changes.ts` and `subscriptions.ts` import beyond the lists of capabilities (a file of the same name
 * in each; what they share is in a file such as `status-changes.ts` beside the root's list), the entities that several
 * of them change, and types. Without further imports they can only list.
 */
const handledAtRoot = (sources: Sources): string[] =>
  Object.entries(sources).flatMap(([path, source]) => {
    const list = /^functions\/[^/]+\/(changes|subscriptions)\.ts$/.exec(path)?.[1];
    if (list === undefined) return [];
    const listed = new RegExp(String.raw`^(#shared/entities\.ts|\./domain/[^/]+\.ts|\./[^/]+[/-]${list}\.ts)$`);
    return Array.from(source.matchAll(/^import (?!type )[^;]*?'([^']+)';/gm), ([, target = '']) => target)
      .filter((target) => !listed.test(target))
      .map((target) => `${path} imports ${target}`);
  });

/** AWS clients in functions without `callLimits`: an unanswered call would hang until the function times out. */
const limitless = (sources: Sources): string[] =>
  Object.entries(sources).flatMap(([path, source]) =>
    /^(functions|shared)\//.test(path)
      ? [...source.matchAll(/\bnew \w+Client\((?!callLimits\(|\{ \.\.\.callLimits\()/g)].map(() => path)
      : [],
  );

/** Operations whose constant is not named after their id: a search for either must find both. */
const misnamed = (sources: Sources): string[] =>
  Object.entries(sources).flatMap(([path, source]) =>
    [...source.matchAll(/^export const (\w+) = operation\(\{\s+id: '(\w+)'/gm)]
      .filter(([, name, id]) => name !== id)
      .map(([, name]) => `${path} exports ${name}`),
  );

const root = posix.join(import.meta.dirname, '..');
const read = async (pattern: string): Promise<Sources> => {
  const found = await Array.fromAsync(glob(pattern, { cwd: root }));
  return Object.fromEntries(found.map((path) => [path, readFileSync(posix.join(root, path), 'utf8')]));
};
const project = await read('{shared,events,functions,infra}/**/*.{ts,js}');
const tests = await read(
  'test/{bench,e2e,events,faults,functions,infra,integration,recorded,shared,simulation,support}/**/*.ts',
);

describe('the layout', () => {
  test('imports run one way between top folders, contexts and the floors of a context', () => {
    expect(Object.keys(project).length).toBeGreaterThan(100);
    expect(breaches(project)).toEqual([]);
  });

  test('no file is part of an import cycle', () => {
    expect(circles({ ...project, ...tests })).toEqual([]);
  });

  test('no import climbs three or more folders', () => {
    expect(climbs({ ...project, ...tests })).toEqual([]);
  });

  test('only the two seams and the listed exceptions import dynamically, and every exception still does', () => {
    expect(lateElsewhere(project)).toEqual([]);
    for (const path of Object.keys(lateBesides)) expect(project[path], path).toMatch(/\bimport\('/);
  });

  test('changes.ts and subscriptions.ts at a context root only list what capabilities define, in at most 60 lines', () => {
    const lists = Object.keys(project).filter((path) => /^functions\/[^/]+\/(changes|subscriptions)\.ts$/.test(path));
    expect(lists.length).toBeGreaterThanOrEqual(Object.keys(floors).length);
    for (const path of lists) {
      expect(project[path], path).toMatch(/from '\.\/[^/]+\/(changes|subscriptions)\.ts'/);
      expect(project[path]?.trimEnd().split('\n').length, path).toBeLessThanOrEqual(60);
    }
    expect(handledAtRoot(project)).toEqual([]);
  });

  test('no lazily loaded port is spread', () => {
    expect(spreadLatePorts(project)).toEqual([]);
  });

  test('every AWS client in a function has call limits', () => {
    expect(limitless(project)).toEqual([]);
  });

  test('every operation constant is named after its id', () => {
    expect(misnamed(project)).toEqual([]);
  });

  test('constructs import no stacks, and workflows import nothing of a context but its contract', () => {
    const imported = (folder: string) =>
      Object.entries(project)
        .filter(([path]) => path.startsWith(folder))
        .flatMap(([path, source]) => importsOf(path, source));
    expect(imported('infra/constructs/').filter((target) => target.startsWith('infra/stacks/'))).toEqual([]);
    const known = /^(infra\/workflows\/|functions\/[^/]+\/contract\.ts$|events\/|shared\/|aws-cdk-lib|node:)/;
    expect(imported('infra/workflows/').filter((target) => !known.test(target))).toEqual([]);
  });

  test('every folder of a context is listed as a floor, and every listed floor exists', () => {
    for (const [context, order] of Object.entries(floors)) {
      const rooms = new Set(
        Object.keys(project)
          .filter((path) => contextOf(path) === context)
          .map(roomOf),
      );
      expect(
        [...rooms].filter((room) => !order.includes(room)),
        context,
      ).toEqual([]);
      const optional = ['ports', 'store'];
      expect(
        order.filter((room) => !rooms.has(room) && !optional.includes(room)),
        context,
      ).toEqual([]);
    }
  });

  test('the entry file of a context has at most 40 lines', () => {
    for (const context of Object.keys(floors)) {
      expect(project[`functions/${context}/index.ts`]?.trimEnd().split('\n').length, context).toBeLessThanOrEqual(40);
    }
  });
});

const planted = (path: string, target: string, how = `import { x } from '${target}';`): [string, string] => [path, how];

test.each<[string, string]>([
  planted('shared/x.ts', '#events/posts.ts'),
  planted('shared/x.ts', '../events/posts.ts'),
  planted('events/x.ts', '#functions/posts/contract.ts'),
  planted('functions/posts/x.ts', '../campaigns/contract.ts'),
  planted('functions/posts/x.ts', '#functions/campaigns/contract.ts'),
  planted('functions/posts/x.ts', '#infra/stages.ts'),
  planted('functions/posts/x.ts', '#test/support/http-event.ts'),
  planted('functions/posts/domain/x.ts', '../store/posts.ts'),
  planted('functions/posts/domain/x.ts', '#shared/table.ts'),
  planted('functions/posts/domain/x.ts', 'ulid'),
  planted('functions/posts/contract.ts', './store/posts.ts'),
  planted('functions/posts/contract.ts', '@aws-sdk/client-s3'),
  planted('functions/posts/approval/contract.ts', './approve.ts'),
  planted('functions/posts/approval/contract.ts', 'ulid'),
  planted('functions/posts/routes.ts', '@aws-sdk/client-s3'),
  planted('functions/posts/approval/approve.ts', '@aws-sdk/client-s3'),
  // Up the floors of a context.
  planted('functions/posts/store/posts.ts', '../approval/approve.ts'),
  planted('functions/posts/deps.ts', './approval/approve.ts'),
  planted('functions/posts/checks/policy.ts', '../writing/write-post.ts'),
  planted('functions/posts/approval/approve.ts', '../routes.ts'),
  planted('functions/posts/domain/post.ts', '../deps.ts', "import type { Deps } from '../deps.ts';"),
  planted('functions/posts/nowhere/x.ts', '../deps.ts'),
  planted('functions/posts/approval/x.ts', '../nowhere/y.ts'),
  planted('infra/stacks/x.ts', '#functions/posts/domain/post.ts'),
  planted('infra/stacks/x.ts', '#functions/posts/approval/contract.ts'),
  planted('infra/stacks/x.ts', '#functions/posts/index.ts'),
  planted('infra/x.ts', '#test/support/http-event.ts'),
  planted('shared/x.ts', '', "import type { X } from '#events/posts.ts';"),
  planted('shared/x.ts', '', "export { x } from '#events/posts.ts';"),
  planted('shared/x.ts', '', "import '#events/posts.ts';"),
  planted('shared/x.ts', '', "const late = async () => import('#events/posts.ts');"),
  planted('shared/x.ts', '', "import {\n  a,\n  b,\n} from '#events/posts.ts';"),
])('a forbidden import is reported in %s: %s', (path, source) => {
  expect(breaches({ [path]: source })).toHaveLength(1);
});

test('an import cycle is reported, type imports included', () => {
  const a = "import type { B } from './b.ts';";
  const b = "const late = () => import('./c.ts');";
  expect(circles({ 'shared/a.ts': a, 'shared/b.ts': b, 'shared/c.ts': "export { a } from './a.ts';" })).toHaveLength(3);
  expect(circles({ 'shared/a.ts': a, 'shared/b.ts': b, 'shared/c.ts': '' })).toEqual([]);
});

test('a dynamic import outside the seams and exceptions is reported', () => {
  const late = "const late = () => import('./y.ts');";
  expect(lateElsewhere({ 'functions/posts/approval/x.ts': late, 'functions/posts/routes.ts': late })).toHaveLength(1);
});

test('a spread of a lazily loaded port is reported', () => {
  const deps =
    "({ media: lazy(async () => (await import('./store/media.ts')).mediaStore(table)), posts: postStore(table) })";
  const spread = (given: string) => ({ 'functions/posts/open-deps.ts': deps, 'functions/posts/checks/x.ts': given });
  expect(spreadLatePorts(spread('const beside = { ...deps.media, find };'))).toHaveLength(1);
  expect(
    spreadLatePorts(spread('const { media, now } = deps;\nconst beside = {\n  ...media,\n  find,\n};')),
  ).toHaveLength(1);
  for (const other of ['{ ...deps.posts, find }', '{ ...media, altText }'])
    expect(spreadLatePorts(spread(`const beside = ${other};`))).toEqual([]);
});

test.each([
  ['subscriptions', "import { on, type Subscription } from '#shared/events/subscription.ts';"],
  ['subscriptions', "import { noteLoss } from './account-waits/note-loss.ts';"],
  ['subscriptions', "import {\n  PostDeleted,\n  PostUpdated,\n} from '#events/posts.ts';"],
  ['changes', "import { type DomainEvent, tell } from '#shared/events/event.ts';"],
  ['changes', "import { mediaSubscriptions } from './media/subscriptions.ts';"],
  ['changes', "import { statusEvents } from './status.ts';"],
])('an import that belongs in a capability is reported in %s.ts at a context root: %s', (list, source) => {
  expect(handledAtRoot({ [`functions/posts/${list}.ts`]: source })).toHaveLength(1);
  expect(handledAtRoot({ [`functions/posts/media/${list}.ts`]: source })).toEqual([]);
});

test('an import that climbs three folders is reported, one that climbs two is not', () => {
  expect(climbs({ 'functions/a/b/c/x.ts': "import { y } from '../../../d/y.ts';" })).toHaveLength(1);
  expect(climbs({ 'functions/a/b/c/x.ts': "import { y } from '../../d/y.ts';" })).toEqual([]);
});

test('an AWS client without call limits is reported', () => {
  const client = (given: string) => ({ 'shared/x.ts': `const s3 = new S3Client(${given});` });
  expect(limitless(client('{}'))).toHaveLength(1);
  expect(limitless(client('config'))).toHaveLength(1);
  expect(limitless(client('callLimits()'))).toEqual([]);
  expect(limitless(client('{ ...callLimits(6), ...config }'))).toEqual([]);
});

test('an operation constant that is not named after its id is reported', () => {
  const contract = (id: string) => ({
    'functions/posts/x/contract.ts': `export const getX = operation({\n  id: '${id}',`,
  });
  expect(misnamed(contract('getPostX'))).toHaveLength(1);
  expect(misnamed(contract('getX'))).toEqual([]);
});
