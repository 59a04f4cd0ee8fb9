import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { posix } from 'node:path';
import { expect, test } from 'vitest';

/** Sources by their path in the project. */
type Sources = Readonly<Record<string, string>>;

/** Where the AWS SDK may be used besides a context's index.ts, store.ts and shared/, and why. */
const ports: Readonly<Record<string, string>> = {
  'functions/users/identity-provider.ts': 'speaks to Cognito',
  'functions/users/user-directory.ts': 'makes and deletes users of Cognito',
  'functions/users/mail/postman.ts': 'sends mails by SES',
  'functions/users/audit-files.ts': 'writes files of audit events to S3 and signs links to them',
  'functions/users/person-files.ts': "writes people's archives to S3 and signs links to them",
  'functions/users/app-client.ts': 'speaks to Cognito as one of its clients',
  'functions/accounts/media-objects.ts': 'reads media files from S3',
  'functions/posts/executions.ts': 'asks Step Functions whether an execution still works',
  'functions/posts/erase-files.ts': 'erases the media files of a deleted workspace from S3',
  'functions/posts/media-files.ts': 'signs uploads to S3 and looks at what came',
  'functions/platform/figures.ts': 'reads metrics from CloudWatch',
  'functions/platform/registry.ts': 'reads the service registry from SSM',
};

const contextOf = (path: string): string | undefined => /^functions\/([^/]+)\//.exec(path)?.[1];

/** What a domain may know besides itself: values and pure functions, no table, no HTTP, no clock. */
const ofDomain =
  /^(zod|node:crypto|events\/.+|shared\/(actor|bound|canonical|change|composed|entity|errors|ids|personal-data|sign-ins|text|time|events\/event|http\/permissions)\.ts)$/;

/** Whether a source may import a target: a path in the project, or the name of a package. */
const mayImport = (from: string, to: string): boolean => {
  const context = contextOf(from);
  const own = `functions/${context ?? '-'}/`;
  if (/^@aws-sdk\//.test(to)) {
    const isAtTheEdge = /^(shared|infra)\//.test(from) || /^functions\/[^/]+\/(index\.ts|store(\.ts|\/.+))$/.test(from);
    return isAtTheEdge || from in ports;
  }
  if (from.startsWith(`${own}domain/`)) {
    return ofDomain.test(to) || to.startsWith(`${own}domain/`);
  }
  if (from === `${own}contract.ts` || from.startsWith(`${own}contract/`)) {
    return (
      /^(zod|shared\/.+|events\/.+)$/.test(to) || to.startsWith(`${own}domain/`) || to.startsWith(`${own}contract/`)
    );
  }
  if (context) return !/^(functions|infra|test)\//.test(to) || to.startsWith(own);
  // It names what contracts are made of.
  if (from === 'infra/openapi-names.ts')
    return /^(zod|shared\/.+|events\/.+|functions\/[^/]+\/(contract|domain)\/.+)$/.test(to);
  if (from.startsWith('infra/')) return !/^(functions\/(?![^/]+\/contract\.ts$)|test\/)/.test(to);
  if (from.startsWith('events/')) return !/^(functions|infra|test)\//.test(to);
  return !/^(events|functions|infra|test)\//.test(to);
};

/** What a source imports, statically or late; types count as well. */
const importsOf = (path: string, source: string): string[] =>
  [...source.matchAll(/^\s*(?:import|export)\b[^'"`;]*?from '([^']+)'|^import '([^']+)'|\bimport\('([^']+)'/gm)].map(
    ([, from, bare, late]) => {
      const target = from ?? bare ?? late ?? '';
      return target.startsWith('.') ? posix.join(posix.dirname(path), target) : target;
    },
  );

const breaches = (sources: Sources): string[] =>
  Object.entries(sources).flatMap(([path, source]) =>
    importsOf(path, source)
      .filter((target) => !mayImport(path, target))
      .map((target) => `${path} imports ${target}`),
  );

/** What a cold start loads: static imports of values, file by file. A package is named, not followed. */
const closureOf = (path: string, sources: Sources, seen = new Set<string>()): Set<string> => {
  if (seen.has(path)) return seen;
  seen.add(path);
  const values = (sources[path] ?? '').replace(/^(import|export) type\b[^;]*;/gm, '').replace(/\bimport\('[^']+'/g, '');
  for (const target of importsOf(path, values)) closureOf(target, sources, seen);
  return seen;
};

const root = posix.join(import.meta.dirname, '..');
const found = await Array.fromAsync(glob('{shared,events,functions,infra}/**/*.{ts,js}', { cwd: root }));
const project: Sources = Object.fromEntries(found.map((path) => [path, readFileSync(posix.join(root, path), 'utf8')]));

test('imports run one way, and contexts keep apart', () => {
  expect(found.length).toBeGreaterThan(100);
  expect(breaches(project)).toEqual([]);
});

test('every port that the AWS SDK is allowed for is there and uses it', () => {
  for (const port of Object.keys(ports)) expect(project[port], port).toMatch(/(from |import\()'@aws-sdk\//);
});

test('no cold start loads the AWS SDK', () => {
  const entries = found.filter((path) => /^functions\/[^/]+\/index\.ts$/.test(path));
  expect(entries.length).toBeGreaterThan(4);
  for (const entry of entries) {
    const loaded = [...closureOf(entry, project)];
    expect(loaded.length, entry).toBeGreaterThan(10);
    expect(
      loaded.filter((target) => target.startsWith('@aws-sdk/')),
      entry,
    ).toEqual([]);
  }
});

const planted = (path: string, target: string, how = `import { x } from '${target}';`): [string, string] => [path, how];

test.each<[string, string]>([
  planted('shared/x.ts', '../events/posts.ts'),
  planted('events/x.ts', '../functions/posts/contract.ts'),
  planted('functions/posts/x.ts', '../campaigns/contract.ts'),
  planted('functions/posts/x.ts', '../../infra/stages.ts'),
  planted('functions/posts/x.ts', '../../test/support/http-event.ts'),
  planted('functions/posts/domain/x.ts', '../store.ts'),
  planted('functions/posts/domain/x.ts', '../../../shared/dynamo.ts'),
  planted('functions/posts/domain/x.ts', 'ulid'),
  planted('functions/posts/contract.ts', './store.ts'),
  planted('functions/posts/contract.ts', '@aws-sdk/client-s3'),
  planted('functions/posts/routes.ts', '@aws-sdk/client-s3'),
  planted('infra/stacks/x.ts', '../../functions/posts/domain/post.ts'),
  planted('infra/stacks/x.ts', '../../functions/posts/index.ts'),
  planted('infra/x.ts', '../test/support/http-event.ts'),
  planted('shared/x.ts', '', "import type { X } from '#events/posts.ts';"),
  planted('shared/x.ts', '', "export { x } from '#events/posts.ts';"),
  planted('shared/x.ts', '', "import '../events/posts.ts';"),
  planted('shared/x.ts', '', "const late = async () => import('#events/posts.ts');"),
  planted('shared/x.ts', '', "import {\n  a,\n  b,\n} from '#events/posts.ts';"),
])('a breach is found: in %s, %s', (path, source) => {
  expect(breaches({ [path]: source })).toHaveLength(1);
});

test('an SDK that a cold start would load is found, one that comes late or as a type is not', () => {
  const entry = 'functions/x/index.ts';
  const loads = (source: string) =>
    [...closureOf(entry, { [entry]: "import { y } from './y.ts';", 'functions/x/y.ts': source })].includes(
      '@aws-sdk/x',
    );
  expect(loads("import { X } from '@aws-sdk/x';")).toBe(true);
  expect(loads("import type { X } from '@aws-sdk/x';")).toBe(false);
  expect(loads("const x = async () => import('@aws-sdk/x');")).toBe(false);
});
