import type { Plan } from '../domain/plan.ts';
import { contentKey, contentsIn } from './content.ts';

/** Those who count as authors once these people have a part in the words as well. */
export const withPeople = (authors: readonly string[], people: readonly string[]): string[] => [
  ...new Set([...authors, ...people]),
];

/**
 * The authors of a campaign after another plan: whoever fills a template anew is one from then on, as if they had written
 * the draft that a check makes of it. Other times make nobody an author, and posts have their own.
 * @param people those behind the change
 */
export const withAuthors = (
  authors: readonly string[],
  before: Plan | undefined,
  after: Plan,
  people: readonly string[],
): string[] => {
  const known = new Set(before && contentsIn(before).map(contentKey));
  const isWritten = contentsIn(after).some((content) => content.kind === 'template' && !known.has(contentKey(content)));
  return isWritten ? withPeople(authors, people) : [...authors];
};
