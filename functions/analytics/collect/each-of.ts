/** Runs `run` for each item, at most `atOnce` at a time, and returns the results in order. */
export const eachOf = async <From, To>(
  all: readonly From[],
  atOnce: number,
  run: (each: From) => Promise<To>,
): Promise<To[]> => {
  const results: To[] = [];
  for (let from = 0; from < all.length; from += atOnce) {
    results.push(...(await Promise.all(all.slice(from, from + atOnce).map(run))));
  }
  return results;
};
