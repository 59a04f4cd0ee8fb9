/** Those who count as authors once these people have a part in the words as well. */
export const withPeople = (authors: readonly string[], people: readonly string[]): string[] => [
  ...new Set([...authors, ...people]),
];
