/** Writes made in one step of a workflow, so that it ends well within the time of a function. */
const maxWritten = 200;

/** Writes at a time. */
const maxAtOnce = 20;

/** Makes the first of these writes, as many as one step makes. @returns how many are left */
export const writeInOneStep = async (writes: readonly (() => Promise<unknown>)[]): Promise<number> => {
  const some = writes.slice(0, maxWritten);
  for (let from = 0; from < some.length; from += maxAtOnce) {
    await Promise.all(some.slice(from, from + maxAtOnce).map((write) => write()));
  }
  return writes.length - some.length;
};
