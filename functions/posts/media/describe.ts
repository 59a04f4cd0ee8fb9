import { assertDescribable, isSubtitles, isVideo, type Media, type SubtitlesTrack, unusable } from '../domain/media.ts';

interface Change {
  altText?: Media['altText'] | undefined;
  madeWithAi?: boolean | undefined;
  subtitles?: readonly SubtitlesTrack[] | undefined;
}

/**
 * Changes the description of a media file. It is part of what is published, so approvals with the old description no
 * longer hold.
 * @param files media files of the workspace by id, including the subtitles that the change names
 * @throws DomainError `unprocessable` if subtitles are missing, not ready, of another type, or two of one language
 */
export const redescribe = (media: Media, change: Change, files: ReadonlyMap<string, Media>): Media => {
  const { altText = media.altText, madeWithAi = media.madeWithAi, subtitles } = change;
  const next = { ...media, altText, madeWithAi };
  assertDescribable(next);
  if (!subtitles) return next;
  if (subtitles.length > 0 && !isVideo(media))
    throw unusable('unprocessable', 'media_not_video', 'body.subtitles', 'are only for videos');
  if (new Set(subtitles.map(({ languageCode }) => languageCode)).size < subtitles.length)
    throw unusable('unprocessable', 'subtitles_language_twice', 'body.subtitles', 'contain a language twice');
  return { ...next, subtitles: subtitles.map((track, place) => kept(track, files.get(track.mediaId), place)) };
};

/**
 * Adds the people who changed the description: they have a hand in the posts that carry the file.
 * @param schedules whether their role lets them schedule
 */
export const describedBy = (media: Media, people: readonly string[], schedules: boolean, now: Date): Media => {
  const others = media.describedBy.filter(({ personId }) => !people.includes(personId));
  const at = now.toISOString();
  return { ...media, describedBy: [...others, ...people.map((personId) => ({ personId, at, schedules }))] };
};

const kept = (track: SubtitlesTrack, file: Media | undefined, place: number): Media['subtitles'][number] => {
  const at = `body.subtitles.${place}.mediaId`;
  if (!file) throw unusable('unprocessable', 'media_not_found', at, 'is not a media file of this workspace');
  if (file.status !== 'ready') throw unusable('unprocessable', 'media_not_uploaded', at, 'has not been uploaded yet');
  if (!isSubtitles(file)) throw unusable('unprocessable', 'media_not_subtitles', at, 'is not a subtitle file');
  return { ...track, contentType: file.contentType, bytes: file.bytes, etag: file.etag };
};
