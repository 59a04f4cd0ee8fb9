import { isDeepStrictEqual } from 'node:util';
import { diffWordsWithSpace } from 'diff';
import type * as z from 'zod';
import type { Post } from '../domain/post.ts';
import type { PostVersion } from '../domain/version.ts';
import type { diffVersions, PartDifference } from './contract.ts';

type Part = Post['parts'][number];
type Segment = PartDifference['segments'][number];

/**
 * Texts that differ in more words than this are shown as one replaced by the other: a reader learns as much from that,
 * and the time to find a difference grows with its square. All parts of a thread share the budget of one post.
 */
const maxEdits = 1_000;

const segmentsOf = (before: string, after: string, maxEditLength: number): Segment[] => {
  const changes = diffWordsWithSpace(before, after, { maxEditLength });
  if (!changes) {
    return [
      { kind: 'removed', text: before },
      { kind: 'added', text: after },
    ];
  }
  return changes.map(({ value: text, added, removed }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text,
  }));
};

const nothing: Part = { text: '', mediaIds: [], poll: null };

const partDifference = (before: Part | undefined, after: Part | undefined, edits: number): PartDifference => {
  const { text, mediaIds, poll } = before ?? nothing;
  const then = after ?? nothing;
  const isUnchanged = isDeepStrictEqual(before, after);
  return {
    kind: before ? (after ? (isUnchanged ? 'same' : 'changed') : 'removed') : 'added',
    segments: segmentsOf(text, then.text, edits),
    media: {
      added: then.mediaIds.filter((id) => !mediaIds.includes(id)),
      removed: mediaIds.filter((id) => !then.mediaIds.includes(id)),
      isReordered: !isDeepStrictEqual(
        mediaIds.filter((id) => then.mediaIds.includes(id)),
        then.mediaIds.filter((id) => mediaIds.includes(id)),
      ),
    },
    hasOtherPoll: !isDeepStrictEqual(poll, then.poll),
  };
};

const changeOf = <Value>(from: Value, to: Value): { from: Value; to: Value } | null =>
  from === to ? null : { from, to };

/**
 * Maximum number of edits searched for in each part, given the number of parts: the squares add up to that of a single
 * part.
 */
export const editsOf = (parts: number): number => Math.floor(maxEdits / Math.sqrt(parts));

/** How one version of a post differs from another. Parts are compared by their position in the thread. */
export const differenceOf = (from: PostVersion, to: PostVersion): z.infer<typeof diffVersions.response> => ({
  from: from.contentVersion,
  to: to.contentVersion,
  parts: Array.from({ length: Math.max(from.parts.length, to.parts.length) }, (_, place) =>
    partDifference(from.parts[place], to.parts[place], editsOf(Math.max(from.parts.length, to.parts.length))),
  ),
  accountId: changeOf(from.accountId, to.accountId),
  replySettings: changeOf(from.replySettings, to.replySettings),
  madeWithAi: changeOf(from.madeWithAi, to.madeWithAi),
  paidPartnership: changeOf(from.paidPartnership, to.paidPartnership),
});
