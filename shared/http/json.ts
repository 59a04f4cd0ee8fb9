/** Bounds of a JSON value: depth of nesting, and number of values. */
interface Bounds {
  levels: number;
  values: number;
}

/** Why well-formed JSON is refused before its schema is checked. */
type Fault = 'too_deep' | 'too_many_values' | 'malformed_text' | 'nul_in_text';

type Holder = Record<string, unknown>;

/**
 * Returns why well-formed JSON is refused before its schema is checked: excessive depth, too many values, or an invalid
 * string. Invalid are lone surrogates (RFC 8259, section 8.2), which cannot be stored as UTF-8; U+FFFD, which API
 * Gateway puts in place of bytes that are not UTF-8; and NUL, which ends a string in C. Walks breadth-first with a
 * bounded number of steps; a `JSON.parse` reviver recurses and takes a hundred times as long.
 * @param mend replaces invalid strings, which are a fault otherwise
 */
export const jsonFault = (root: unknown, { levels, values }: Bounds, mend?: null): Fault | undefined => {
  let left = values + 1;
  let level: unknown[] = [{ root }];
  for (let depth = 0; level.length > 0; depth += 1) {
    const deeper: unknown[] = [];
    for (const holder of level as Holder[]) {
      left -= Array.isArray(holder) ? holder.length : Object.keys(holder).length;
      if (left < 0) return 'too_many_values';
      for (const [key, value] of Object.entries(holder)) {
        if (typeof value === 'object' && value !== null) deeper.push(value);
        else if (typeof value === 'string') {
          const fault = textFault(value);
          if (fault && mend === undefined) return fault;
          if (fault) holder[key] = mend;
        }
      }
    }
    if (deeper.length > 0 && depth === levels) return 'too_deep';
    level = deeper;
  }
  return undefined;
};

const textFault = (text: string): Fault | undefined => {
  if (!text.isWellFormed() || text.includes('\ufffd')) return 'malformed_text';
  return text.includes('\0') ? 'nul_in_text' : undefined;
};

/** Smallest positive number that an item can store (AWS: DynamoDB, data types). */
const leastNumber = 1e-130;

/** Whether an item stores the number exactly. */
const isKept = (number: number): boolean => {
  const size = Math.abs(number);
  return size <= Number.MAX_SAFE_INTEGER && (size === 0 || size >= leastNumber);
};

/**
 * Returns the path of a number that no item can store; undefined when there is none. The JSON is within bounds.
 * @param path of the value
 */
export const unkeptNumber = (value: unknown, path: string): string | undefined => {
  if (typeof value === 'number') return isKept(value) ? undefined : path;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, each] of Object.entries(value)) {
    const found = unkeptNumber(each, `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
};
