/** Runs `make` at the first call and keeps what it gave; a failure is not kept, so that the next call tries again. */
export const once = <T>(make: () => Promise<T>): (() => Promise<T>) => {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
};

/**
 * Makes a value at the first call and keeps it: for what takes long to make and few processes need, such as patterns with
 * properties of Unicode, which V8 reads for milliseconds.
 */
export const madeOnce = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};
