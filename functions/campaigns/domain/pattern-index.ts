import type { EventPattern } from './event-pattern.ts';
import { isObject } from './event-pattern.ts';
import { matches } from './match-pattern.ts';

/** A value with its pattern; without a pattern it matches every event. */
export interface Indexed<T> {
  readonly pattern: EventPattern | undefined;
  readonly of: T;
}

type Candidates<T> = Map<string, Indexed<T>[]>;

/**
 * Finds the values whose pattern matches an event. Patterns that require an exact value of a field are indexed by it,
 * so that time grows with the number of candidates, not of all patterns.
 */
export const patternIndex = <T>(all: readonly Indexed<T>[]): ((event: unknown) => T[]) => {
  const byField = new Map<string, Candidates<T>>();
  const always: Indexed<T>[] = [];
  for (const each of all) {
    const key = each.pattern && exactField(each.pattern);
    if (!key) {
      always.push(each);
      continue;
    }
    const candidates = byField.get(key.path) ?? new Map<string, Indexed<T>[]>();
    byField.set(key.path, candidates);
    for (const value of key.values) {
      const sharing = candidates.get(value);
      if (sharing) sharing.push(each);
      else candidates.set(value, [each]);
    }
  }
  return (event) => {
    const found = new Set(always);
    for (const [path, candidates] of byField) {
      for (const value of valuesAt(event, path.split('.'))) {
        for (const each of candidates.get(value) ?? []) found.add(each);
      }
    }
    return [...found].flatMap(({ pattern, of }) => (!pattern || matches(pattern, event) ? [of] : []));
  };
};

/** The field for which a pattern requires one of the fewest exact values. */
const exactField = (pattern: EventPattern): { path: string; values: string[] } | undefined => {
  const found = exactFields(pattern, []);
  return found.toSorted((one, other) => one.values.length - other.values.length)[0];
};

const exactFields = ({ fields }: EventPattern, path: readonly string[]): { path: string; values: string[] }[] =>
  fields.flatMap((field) => {
    // A dot would be read as a nested path.
    if (field.name.includes('.')) return [];
    const at = [...path, field.name];
    if ('inner' in field) return exactFields(field.inner, at);
    const values = field.tests.flatMap((test) => (test.op === 'equals' ? [keyOf(test.value)] : []));
    return values.length === field.tests.length ? [{ path: at.join('.'), values }] : [];
  });

const valuesAt = (event: unknown, [name, ...rest]: readonly string[]): string[] => {
  if (Array.isArray(event)) return event.flatMap((each) => valuesAt(each, name === undefined ? [] : [name, ...rest]));
  if (name === undefined) return isObject(event) || event === undefined ? [] : [keyOf(event)];
  return isObject(event) && Object.hasOwn(event, name) ? valuesAt(event[name], rest) : [];
};

/** `1` and `"1"` are different values. */
const keyOf = (value: unknown): string => JSON.stringify(value);
