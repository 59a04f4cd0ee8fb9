/** How much of it there may be: levels within each other, and values in all. */
interface Bounds {
  levels: number;
  values: number;
}

/** What is wrong with JSON besides what it says. */
type Fault = 'too_deep' | 'too_many_values' | 'malformed_text' | 'nul_in_text';

type Holder = Record<string, unknown>;

/**
 * What keeps well-formed JSON from being looked at any further: hostile depth, more values than the bounds allow, or a
 * text that is not valid Unicode: a lone surrogate (RFC 8259, section 8.2), which nothing that stores UTF-8 takes, or
 * U+FFFD, which API Gateway puts in place of bytes that are not UTF-8; or NUL, which ends a text wherever C reads it.
 * One walk with a bounded number of steps: a reviver of `JSON.parse` takes a hundred times as long, and recurses.
 * @param mend what replaces a text that is not valid Unicode, which is a fault otherwise
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

/** The least number besides 0 that an item has (AWS: DynamoDB, data types). */
const leastNumber = 1e-130;

/** Whether an item holds the number, and a reader finds the same one. */
const isKept = (number: number): boolean => {
  const size = Math.abs(number);
  return size <= Number.MAX_SAFE_INTEGER && (size === 0 || size >= leastNumber);
};

/**
 * The place of a number that no item can have, of JSON that is within bounds; undefined where there is none.
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
