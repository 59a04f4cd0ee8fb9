import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import * as accounts from '#functions/accounts/contract.ts';
import * as analytics from '#functions/analytics/contract.ts';
import * as campaigns from '#functions/campaigns/contract.ts';
import * as platform from '#functions/platform/contract.ts';
import * as posts from '#functions/posts/contract.ts';
import * as users from '#functions/users/contract.ts';
import type { Operation } from '#shared/http/operation.ts';

const contracts: Readonly<Record<string, { operations: readonly Operation[] }>> = {
  ...{ accounts, analytics, campaigns },
  ...{ platform, posts, users },
};

interface Def {
  type: string;
  format?: string;
  checks?: readonly { _zod: { def: { check: string; pattern?: RegExp; maximum?: number; length?: number } } }[];
  [part: string]: unknown;
}
const defOf = (schema: z.core.$ZodType): Def => schema._zod.def as unknown as Def;
const isSchema = (value: unknown): value is z.core.$ZodType =>
  typeof value === 'object' && value !== null && '_zod' in value && 'run' in (value._zod as object);

/** Every string schema within a schema, each once, with its path. */
const stringsIn = (schema: z.core.$ZodType, path: string, seen = new Set<unknown>()): [string, z.core.$ZodType][] => {
  if (seen.has(schema)) return [];
  seen.add(schema);
  const def = defOf(schema);
  if (def.type === 'string') return [[path, schema]];
  return Object.entries(def).flatMap(([name, part]) => {
    if (isSchema(part)) return stringsIn(part, path, seen);
    if (Array.isArray(part)) return part.flatMap((each) => (isSchema(each) ? stringsIn(each, path, seen) : []));
    if (name !== 'shape' || typeof part !== 'object' || part === null) return [];
    return Object.entries(part).flatMap(([key, each]) =>
      isSchema(each) ? stringsIn(each, `${path}.${key}`, seen) : [],
    );
  });
};

const strings = Object.entries(contracts).flatMap(([context, { operations }]) =>
  operations.flatMap(({ id, request }) =>
    Object.entries(request).flatMap(([where, schema]) => stringsIn(schema, `${context} ${id} ${where}`)),
  ),
);

const sizes = [15_000, 30_000, 60_000] as const;
const shapes: Readonly<Record<string, (length: number) => string>> = {
  letters: (length) => 'a'.repeat(length),
  digits: (length) => '1'.repeat(length),
  blanks: (length) => `a${' '.repeat(length)}b`,
  dashes: (length) => '-'.repeat(length),
  dots: (length) => 'a.'.repeat(length / 2),
  ats: (length) => 'a@'.repeat(length / 2),
  'an address without end': (length) => `a@${'a-'.repeat(length / 2)}`,
  'domains without end': (length) => `a@${'a.'.repeat(length / 2)}!`,
  paths: (length) => 'a.aa/ '.repeat(length / 6),
  schemes: (length) => 'a:'.repeat(length / 2),
  numbers: (length) => '1-'.repeat(length / 2),
  marks: (length) => `e${'\u0301\u0323'.repeat(length / 2)}`,
  'what nobody sees': (length) => '\u200b'.repeat(length),
  ideographs: (length) => '日。'.repeat(length / 2),
};

/** The least CPU time of three parses, in milliseconds, so that other load on the machine does not count. */
const costOf = (schema: z.core.$ZodType, text: string): number => {
  const costs = Array.from({ length: 3 }, () => {
    const begun = process.cpuUsage();
    z.safeParse(schema, text);
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000;
  });
  return Math.min(...costs);
};

describe('every string of a request', () => {
  test('is found in the contracts', () => {
    expect(strings.length).toBeGreaterThan(150);
    expect(strings.map(([path]) => path)).toContain('users signUp body.name');
  });

  test('that has a maximum length is rejected with only too_big when it is too long', () => {
    const looked = strings.flatMap(([path, schema]) => {
      const isLimited = defOf(schema).checks?.some(({ _zod: { def } }) => def.check === 'max_length') ?? false;
      if (!isLimited || defOf(schema).format !== undefined) return [];
      return Object.entries(shapes).flatMap(([shape, made]) => {
        const codes = z.safeParse(schema, made(60_000)).error?.issues.map(({ code }) => code);
        return codes === undefined || codes.every((code) => code === 'too_big')
          ? []
          : [`${path}: ${shape}: ${codes.join(', ')}`];
      });
    });
    expect(looked).toEqual([]);
  });

  test.each(Object.entries(shapes))('is parsed in time linear in its length: %s', (_, made) => {
    const grown = strings.flatMap(([path, schema]) => {
      const [least, middle, most] = sizes.map((size) => costOf(schema, made(size)));
      // Four times the length costs four times as much when linear, sixteen times when quadratic.
      const isSlow = most !== undefined && most > 50 && most > 8 * (least ?? 0) && most > 2.8 * (middle ?? 0);
      return isSlow ? [`${path}: ${least}, ${middle}, ${most}`] : [];
    });
    expect(grown).toEqual([]);
  });
});
