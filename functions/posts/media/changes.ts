import { isDeepStrictEqual } from 'node:util';
import * as events from '#events/posts.ts';
import { entityOf } from '#shared/entities.ts';
import { type DomainEvent, tell } from '#shared/events/event.ts';
import type { Item } from '#shared/table.ts';
import { Media } from '../domain/media.ts';

/** The events of a change to a media file. */
export const mediaEvents = (before: Item | undefined, after: Item): DomainEvent[] =>
  ofFile(before && entityOf(Media, before), entityOf(Media, after));

/** The description of a file is published with the posts that carry it. */
const ofFile = (before: Media | undefined, file: Media): DomainEvent[] => {
  if (!before) return [];
  if (file.deletedAt !== undefined && before.deletedAt === undefined) {
    return [tell(events.MediaDeleted, file, file.id, { bytes: file.bytes })];
  }
  const changed = (['altText', 'madeWithAi', 'subtitles'] as const).filter(
    (field) => !isDeepStrictEqual(before[field], file[field]),
  );
  return changed.length > 0 ? [tell(events.MediaChanged, file, file.id, { changed })] : [];
};
