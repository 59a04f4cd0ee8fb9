/** Imports of a workspace on one UTC day, those that only try included: each is up to 1,000 posts. */
export const importsPerDay = {
  most: 100,
  code: 'too_many_imports',
  said: 'A workspace imports 100 times a day at most, tries included.',
};

/** Pages of exports of a workspace on one UTC day: each is up to 500 posts. */
export const exportsPerDay = {
  most: 1_000,
  code: 'too_many_exports',
  said: 'A workspace reads 1,000 pages of exports a day at most.',
};
