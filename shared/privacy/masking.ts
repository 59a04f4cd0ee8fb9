import { personalNames } from './personal-names.ts';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An error's `name` is the name of its class. */
const isErrorName = (name: string, holder: object): boolean => name === 'name' && 'stack' in holder;

/**
 * Returns a replacer for `JSON.stringify` that masks fields with personal data, by their names in the register. Null
 * and undefined are kept, so that a log shows whether there was a value.
 */
export const maskingReplacer = (): ((key: string, value: unknown) => unknown) => {
  /** One copy per object within a log line, so that the search for cycles finds the same object again. */
  let copies = new WeakMap<object, object>();
  return (key, value) => {
    if (key === '') copies = new WeakMap();
    if (!isObject(value) || value instanceof Error) return value;
    const known = copies.get(value);
    if (known) return known;
    const fields = Object.entries(value).map(([name, held]) => {
      const isPersonal = personalNames.has(name) && !isErrorName(name, value);
      return [name, isPersonal && held !== null && held !== undefined ? '[personal]' : held] as const;
    });
    const copy: object = Object.fromEntries(fields);
    copies.set(value, copy);
    return copy;
  };
};
