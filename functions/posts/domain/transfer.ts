/** Imports of a workspace on one UTC day, those that only try included: each is up to 1,000 posts. */
export const importsPerDay = {
  most: 100,
  code: 'too_many_imports',
  said: 'A workspace can import 100 times per UTC day, dry runs included. Try again tomorrow.',
};

/** Pages of exports of a workspace on one UTC day: each is up to 500 posts. */
export const exportsPerDay = {
  most: 1_000,
  code: 'too_many_exports',
  said: 'A workspace can export 1,000 pages per UTC day. Try again tomorrow.',
};
