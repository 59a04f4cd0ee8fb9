/** Returns the authors with these people added, without duplicates. */
export const withPeople = (authors: readonly string[], people: readonly string[]): string[] => [
  ...new Set([...authors, ...people]),
];
