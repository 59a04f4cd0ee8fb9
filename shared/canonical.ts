/**
 * Returns the same text for equal values, whatever the order of their fields (RFC 8785, for strings, integers, booleans
 * and null).
 */
export const canonicalOf = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );
