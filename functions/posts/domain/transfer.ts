/** Imports of a workspace on one UTC day, those that only try included: each is up to 1,000 posts. */
export const importsPerDay = {
  most: 100,
  code: 'too_many_imports',
  said: 'A workspace may import 100 times a day (UTC), dry runs included. Try again tomorrow.',
};

/** Pages of exports of a workspace on one UTC day: each is up to 500 posts. */
export const exportsPerDay = {
  most: 1_000,
  code: 'too_many_exports',
  said: 'A workspace may export 1,000 pages a day (UTC). Try again tomorrow.',
};
