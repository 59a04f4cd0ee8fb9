import { invalidField } from '../domain/invalid-plan.ts';
import type { Override, SlotContent, Track, TrackContent } from '../domain/plan.ts';
import { contentsOf } from '../plan-expansion/content.ts';
import type { Member } from '../plan-expansion/series.ts';

/**
 * Splits a track before one of its slots. Both parts keep the times of the whole series, so that neither loses its
 * rhythm (every second week, the 31st), and the series id, so that slots keep their identity.
 * @param place index of the slot among the members of the track, greater than 0
 * @throws DomainError `invalid_plan` for a spread
 */
export const splitTrack = (
  track: Track,
  members: readonly Member[],
  place: number,
  newTrackId: string,
): [Track, Track] => {
  const original = members[place]?.original ?? '';
  if (track.times.kind === 'spread') {
    throw invalidField(
      'scope',
      'spread_not_split',
      'must be `this` or `all` for a spread, whose slots share one period',
    );
  }
  const contents = contentsOf(track);
  const isBefore = (override: Override): boolean => override.original < original;
  return [
    {
      ...track,
      content: contentOf(track.content, contents.slice(0, place)),
      until: original,
      overrides: track.overrides.filter(isBefore),
    },
    {
      ...track,
      id: newTrackId,
      seriesId: track.seriesId ?? track.id,
      content: contentOf(track.content, contents.slice(place)),
      since: original,
      overrides: track.overrides.filter((override) => !isBefore(override)),
    },
  ];
};

const contentOf = (content: TrackContent, slots: readonly SlotContent[]): TrackContent =>
  content.kind === 'posts'
    ? { kind: 'posts', postIds: slots.flatMap((each) => (each.kind === 'post' ? [each.postId] : [])) }
    : { ...content, values: slots.flatMap((each) => (each.kind === 'template' ? [each.values] : [])) };
