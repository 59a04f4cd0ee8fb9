import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { allOperations, catalogues } from '#infra/openapi.ts';
import { codesOf } from '#infra/openapi/errors.ts';
import type { ErrorCodes } from '#shared/errors.ts';
import { sharedCodes } from '#shared/http/error-codes.ts';
import { root } from '../../support/synthesized.ts';
import { type Thrown, thrownCodes } from '../../support/thrown-codes.ts';

const paths = await Array.fromAsync(glob('{functions,shared}/**/*.ts', { cwd: root }));
const thrown = thrownCodes(Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')])));

const shared: ErrorCodes = sharedCodes;
const contextOf = (path: string): string => /^functions\/(\w+)\//.exec(path)?.[1] ?? 'shared';
const pairsOf = (codes: ErrorCodes): string[] =>
  Object.entries(codes).flatMap(([kind, all]) => Object.keys(all).map((code) => `${kind} ${code}`));
const isOf = ({ kind, code }: Thrown, pair: string): boolean =>
  pair.startsWith(`${kind} `) && code.test(pair.slice(kind.length + 1));

/** Codes of answers to requests without an operation, and of single items within a reply. */
const besideOperations = [
  ...['not-found no_such_operation', 'method-not-allowed method_not_allowed', 'forbidden direct_access'],
  'conflict not_scheduled',
  // Local times that a plan computes itself, and slots within a plan.
  ...['invalid wall_time_invalid', 'not-found planned_slot_not_found'],
  // Of drafts that campaigns create from templates: findings of the launch report.
  ...['conflict post_deleted', 'conflict post_changed'],
];

describe('error codes', () => {
  test('every thrown code is in the catalogue of its context or in the shared one', () => {
    expect(thrown.length).toBeGreaterThan(100);
    const unknown = thrown.filter((each) => {
      // A limit answers with one of two kinds, depending on what it counts.
      const known = [...pairsOf(catalogues[contextOf(each.path)] ?? {}), ...pairsOf(shared)];
      return !known.some((pair) => isOf(each, pair) || isOf({ ...each, kind: otherOfBound(each.kind) }, pair));
    });
    expect(unknown.map(({ kind, code, path }) => `${kind} ${code.source} in ${path}`)).toEqual([]);
  });

  test('every code in a catalogue is thrown by its context or by shared code', () => {
    const isThrown = (context: string, pair: string): boolean =>
      thrown.some(
        (each) => isOf(each, pair) && (context === 'shared' || ['shared', context].includes(contextOf(each.path))),
      );
    const unthrown = Object.entries({ ...catalogues, shared }).flatMap(([context, codes]) =>
      pairsOf(codes).filter((pair) => !isThrown(context, pair)),
    );
    expect(unthrown).toEqual([]);
  });

  test('every code in a catalogue can be the answer of some operation, except for those listed', () => {
    const answered = (context?: string) =>
      new Set(
        allOperations
          .filter((each) => context === undefined || each.context === context)
          .flatMap(({ operation }) =>
            Object.entries(codesOf(operation)).flatMap(([kind, codes]) => codes.map((code) => `${kind} ${code}`)),
          ),
      );
    const unanswered = [
      ...Object.entries(catalogues).flatMap(([context, codes]) =>
        pairsOf(codes).filter((pair) => !answered(context).has(pair)),
      ),
      ...pairsOf(shared).filter((pair) => !answered().has(pair)),
    ];
    expect(unanswered.sort()).toEqual([...besideOperations].sort());
  });

  test('codes about schedules, time zones and URLs belong only to operations that declare them', () => {
    const answer = (code: string): string[] =>
      allOperations.flatMap(({ operation }) => (codesOf(operation).invalid?.includes(code) ? [operation.id] : []));
    for (const code of ['invalid_schedule', 'invalid_time_zone', 'address_refused']) {
      expect(answer(code)).toEqual(
        allOperations.flatMap(({ operation: { id, errors } }) => (errors.invalid?.includes(code) ? [id] : [])),
      );
    }
    expect(answer('invalid_schedule')).toEqual(expect.arrayContaining(['createAutomation', 'createSavedReport']));
    expect(answer('invalid_schedule')).not.toContain('signUp');
  });

  test('every description of a code is a sentence', () => {
    const sentences = [shared, ...Object.values(catalogues)].flatMap((codes) =>
      Object.values(codes).flatMap((all) => Object.values(all)),
    );
    expect(sentences.filter((each) => !/^[A-Z].*\.$/.test(each))).toEqual([]);
  });
});

const otherOfBound = (kind: string): string =>
  kind === 'conflict' ? 'rate-limited' : kind === 'rate-limited' ? 'conflict' : kind;

describe('the reader of thrown codes', () => {
  const read = (source: string) =>
    thrownCodes({ 'functions/posts/x.ts': source }).map(({ kind, code }) => `${kind} ${code.source}`);

  test('finds codes that are literal, composed, or passed by callers', () => {
    expect(read("throw new DomainError('conflict', 'a_code', 'Said.');")).toEqual(['conflict ^a_code$']);
    expect(read("throw new DomainError('conflict', `post_${status}`, 'Said.');")).toEqual(['conflict ^post_\\w+$']);
    const refuse = "const refuse = (code: string) => new DomainError('invalid', code, 'Said.');";
    expect(read(`${refuse} throw refuse('b_code'); throw refuse(isSo ? 'c_code' : 'd_code');`)).toEqual([
      'invalid ^b_code$',
      'invalid ^c_code$',
      'invalid ^d_code$',
    ]);
  });

  test('throws for a code that it cannot read', () => {
    expect(() => read("throw new DomainError('conflict', codes[3], 'Said.');")).toThrow('does not name');
  });
});
