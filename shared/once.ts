/** Calls `make` once and keeps its result. A failure is not kept, so that the next call tries again. */
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
 * Makes a value at the first call and keeps it. For values that are slow to make and rarely needed, such as patterns
 * with Unicode properties, which V8 takes milliseconds to compile.
 */
export const madeOnce = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};
