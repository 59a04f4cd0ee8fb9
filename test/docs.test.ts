import { existsSync, readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { posix } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = posix.join(import.meta.dirname, '..');

/** Texts by their path in the project. */
type Texts = Readonly<Record<string, string>>;

const read = async (...patterns: string[]): Promise<Texts> => {
  const found = await Array.fromAsync(glob(patterns, { cwd: root }));
  return Object.fromEntries(found.sort().map((path) => [path, readFileSync(posix.join(root, path), 'utf8')]));
};

const documents = await read('*.md', '{docs,functions,shared,events,infra,test}/**/*.md');
const sources = await read('{functions,shared,events,infra,test}/**/*.ts');

/** The document without its code, in which brackets are not links. */
const withoutCode = (document: string): string => document.replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** Anchors of the headings as GitHub generates them: punctuation is dropped, repeated headings are numbered. */
const anchorsOf = (document: string): string[] => {
  const seen = new Map<string, number>();
  return [...document.replace(/^```[^]*?^```/gm, '').matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
};

/** Broken relative links. `isThere` tells whether a file that is not a document exists. */
const brokenLinks = (texts: Texts, isThere: (path: string) => boolean): string[] =>
  Object.entries(texts).flatMap(([path, text]) =>
    [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)/g)].flatMap(([, target = '']) => {
      if (/^[a-z]+:/.test(target)) return [];
      const [file = '', anchor] = target.split('#');
      const to = file === '' ? path : posix.join(posix.dirname(path), file);
      const known = texts[to];
      const isRight = known === undefined ? isThere(to) : anchor === undefined || anchorsOf(known).includes(anchor);
      return isRight ? [] : [`${path}: ${target}`];
    }),
  );

describe('links in documents', () => {
  test('point to existing files and headings', () => {
    expect(Object.keys(documents).length).toBeGreaterThan(25);
    expect(brokenLinks(documents, (path) => existsSync(posix.join(root, path)))).toEqual([]);
  });

  test.each([
    ['[a](nowhere.md)', 1],
    ['[a](#elsewhere)', 1],
    ['[a](../README.md#elsewhere)', 1],
    ['[a](../README.md#a-b-c)', 0],
    ['[a](../README.md#a-b-c-1)', 0],
    ['[a](#here)', 0],
    ['[a](https://example.com/nowhere)', 0],
    ['`[a](nowhere.md)`', 0],
  ])('in %s: %i broken', (text, count) => {
    const texts = { 'README.md': '# A: b `c`\n\n## A b c\n', 'docs/x.md': `# Here\n\n${text}\n` };
    expect(brokenLinks(texts, () => false)).toHaveLength(count);
  });
});

test('every project file that a document names exists', () => {
  const named = Object.entries(documents).flatMap(([path, text]) =>
    // Its steps name files that contributors create.
    path === 'CONTRIBUTING.md'
      ? []
      : [...text.matchAll(/`((?:functions|shared|events|infra|test|docs)\/[\w./-]+)`/g)].map(([, file = '']) => file),
  );
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((file) => !existsSync(posix.join(root, file)))).toEqual([]);
});

test('the README of a context lists exactly its folders', () => {
  const folders = new Set(
    Object.keys(sources).flatMap((path) => {
      const [top, context, ...rest] = path.split('/');
      return top === 'functions' && rest.length > 1 ? [`${context}/${rest.slice(0, -1).join('/')}`] : [];
    }),
  );
  const named = Object.entries(documents).flatMap(([path, text]) => {
    const context = /^functions\/(\w+)\/README\.md$/.exec(path)?.[1];
    return context ? [...text.matchAll(/(?<=^\|.*)`([\w/-]+)\/`/gm)].map(([, folder]) => `${context}/${folder}`) : [];
  });
  expect([...new Set(named)].sort()).toEqual([...folders].sort());
});

test('the index of decisions lists every decision with its title, a date and a status', () => {
  const listed = [
    ...(documents['docs/decisions/README.md'] ?? '').matchAll(
      /^\| \[(\d+)\]\((\S+)\)\s+\| (.+?)\s+\| (?:\d{4}-\d\d-\d\d)\s+\| (?:Accepted|Draft|Superseded|Withdrawn)/gm,
    ),
  ].map(([, number, file, title]) => `docs/decisions/${file}: # ${number}. ${title}`);
  const written = Object.entries(documents)
    .filter(([path]) => /^docs\/decisions\/\d/.test(path))
    .map(([path, text]) => `${path}: ${text.split('\n')[0]}`);
  expect(listed).toEqual(written);
});

test('every identifier that the glossary names occurs in the code', () => {
  const [terms = ''] = (documents['docs/glossary.md'] ?? '').split('## Older words');
  const named = [...terms.matchAll(/^\|.*\|([^|]+)\|$/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
  );
  const code = Object.values(sources).join('\n');
  expect(named.length).toBeGreaterThan(40);
  const isIn = (name: string) => new RegExp(`(?<![\\w-])${name.replaceAll('.', '\\.')}(?![\\w-])`).test(code);
  expect(named.filter((name) => !isIn(name))).toEqual([]);
});

test('the runbook names every workflow in its section on failed workflows', () => {
  // From `docs/architecture.md`, whose list is generated from what is deployed.
  const [, list = ''] =
    /<!-- generated: workflows -->([^]*?)<!-- end/.exec(documents['docs/architecture.md'] ?? '') ?? [];
  const workflows = [...list.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name = '']) => name);
  const [, what = ''] = /^## A workflow fails$([^]*?)^## /m.exec(documents['docs/runbook.md'] ?? '') ?? [];
  expect(workflows.length).toBeGreaterThan(20);
  expect(workflows.filter((name) => !what.includes(`\`${name}\``))).toEqual([]);
});

describe('the keys in docs/architecture.md', () => {
  /** Words of keys in a source, such as `POST` in `POST#${id}`, those of deletable stores, and names of indexes. */
  const keysIn = (texts: readonly string[]): Set<string> =>
    new Set(
      texts
        .flatMap((text) => [
          ...[...text.matchAll(/['`}]#?([A-Z][A-Z_]+)(?=#|['`])/g)].map(([, word = '']) => word),
          ...[...text.matchAll(/deletableStore\(table, \{\s*type: '(\w+)'/g)].flatMap(([, type = '']) => [
            type.toUpperCase(),
            `${type.toUpperCase()}S`,
          ]),
          ...(/\bdueAt\(/.test(text) ? ['byDue'] : []),
          ...[...text.matchAll(/\b(by[A-Z][A-Za-z]*?)(?:Pk|Sk)\b/g)].map(([, index = '']) => index),
        ])
        // Not keys: an HTTP method, and return values of DynamoDB.
        .filter((word) => !['GET', 'ALL_OLD', 'ALL_NEW'].includes(word)),
    );
  const sourcesIn = (pattern: RegExp): string[] =>
    Object.entries(sources).flatMap(([path, text]) => (pattern.test(path) ? [text] : []));
  const shared = keysIn(sourcesIn(/^shared\//).filter((text) => /\bpk\b|sortKeyAttr/.test(text)));

  const sections = new Map(
    (documents['docs/architecture.md'] ?? '')
      .split(/^## /m)
      .find((section) => section.startsWith('Tables'))
      ?.split(/^### /m)
      .map((section) => [section.split('\n')[0], section.matchAll(/`([^`]+)`/g)] as const)
      .map(([name, spans]) => {
        const words = [...spans].flatMap(([, span = '']) =>
          [...span.matchAll(/(?<![a-z/])[A-Z][A-Z_]+(?![a-z])|\bby[A-Z]\w+/g)].map(([word]) => word),
        );
        return [name, new Set(words.filter((word) => word !== 'GET'))] as const;
      }),
  );
  const documented = (section: string): Set<string> => sections.get(section) ?? new Set();

  const keeping = new Set(Object.keys(sources).flatMap((path) => /^functions\/(\w+)\/store\//.exec(path)?.[1] ?? []));
  test.each([...keeping])('for %s are exactly those that its stores use', (context) => {
    const used = keysIn(sourcesIn(new RegExp(`^functions/${context}/store/`)));
    expect(used.size).toBeGreaterThan(0);
    expect([...used.difference(documented(context)).difference(shared)]).toEqual([]);
    expect([...documented(context).difference(used).difference(shared)]).toEqual([]);
  });

  test('for every table are exactly those that shared/ uses', () => {
    expect([...shared].filter((word) => !word.startsWith('by')).sort()).toEqual([...documented('Every table')].sort());
  });
});
