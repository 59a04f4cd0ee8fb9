/** Maximum number of writes per workflow step, well within the function's timeout. */
const maxWritten = 200;

/** Maximum number of concurrent writes. */
const maxAtOnce = 20;

/** Makes the first of these writes, up to the limit of a step. @returns how many are left */
export const writeInOneStep = async (writes: readonly (() => Promise<unknown>)[]): Promise<number> => {
  const some = writes.slice(0, maxWritten);
  for (let from = 0; from < some.length; from += maxAtOnce) {
    await Promise.all(some.slice(from, from + maxAtOnce).map((write) => write()));
  }
  return writes.length - some.length;
};
