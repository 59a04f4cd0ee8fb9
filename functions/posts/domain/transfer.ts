/** Imports of a workspace per UTC day, including dry runs; each has up to 1,000 posts. */
export const importsPerDay = {
  most: 100,
  code: 'too_many_imports',
  said: 'A workspace can import 100 times per UTC day, dry runs included. Try again tomorrow.',
};

/** Exported pages of a workspace per UTC day; each has up to 500 posts. */
export const exportsPerDay = {
  most: 1_000,
  code: 'too_many_exports',
  said: 'A workspace can export 1,000 pages per UTC day. Try again tomorrow.',
};
