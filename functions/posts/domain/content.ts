import type { FieldError } from '#shared/errors.ts';
import { isSubtitles, isVideo, type Media } from './media.ts';
import type { Post } from './post.ts';

/** A range in a text, in UTF-16 code units; `end` is exclusive. */
export interface Span {
  start: number;
  end: number;
}

/** A text measured as X counts: 23 for a URL, 2 for an emoji or CJK character, 1 for most letters. */
export interface TextMeasure {
  weightedLength: number;
  /** The text beyond the account's limit; null if it fits. */
  overflow: Span | null;
  /** What X turns into links: such a post costs more (X API: pricing). */
  links: readonly (Span & { url: string })[];
  /** Cashtags in the text: X accepts one per post. */
  cashtags: readonly Span[];
  /** Characters that X refuses (U+FFFE, U+FEFF, U+FFFF). */
  forbidden: readonly Span[];
  /** Letters with more combining marks than any language needs: normalizing them is slow, here and elsewhere. */
  piledMarks: readonly Span[];
}

/** The longest video of an account, in minutes: accounts with long posts may publish long videos (X Premium). */
const longestVideoMinutes = (maxWeightedLength: number): number => (maxWeightedLength > 280 ? 125 : 20);

/** The existing media files of posts, by id. */
export type MediaOf = ReadonlyMap<string, Media>;

/**
 * Finds what X would refuse in a post, part by part: length, emptiness, cashtags, and media that is missing, not
 * uploaded, too long for the account, or mixed as X does not allow (four images, or one GIF, or one video).
 */
export const findFaults = (
  parts: Post['parts'],
  measures: readonly TextMeasure[],
  media: MediaOf,
  maxWeightedLength: number,
): FieldError[] =>
  parts.flatMap((part, index) => {
    const measure = measures[index];
    const at = `parts.${index}`;
    const faults: FieldError[] = [];
    const find = (field: string, code: string, message: string, place: Span | null = null) =>
      void faults.push({ path: `${at}.${field}`, code, message, ...place });

    if (part.text.trim() === '' && part.mediaIds.length === 0) find('text', 'empty_post', 'must have text or media');
    if (measure && measure.weightedLength > maxWeightedLength) {
      const over = measure.weightedLength - maxWeightedLength;
      const message = `exceeds the account's limit of ${maxWeightedLength} by ${over} (as X counts)`;
      find('text', 'text_too_long', message, measure.overflow);
    }
    const [, second] = measure?.cashtags ?? [];
    if (second) find('text', 'too_many_cashtags', 'must have at most one cashtag', second);
    const [forbidden] = measure?.forbidden ?? [];
    if (forbidden) find('text', 'forbidden_characters', 'contains characters that X refuses', forbidden);
    const [piled] = measure?.piledMarks ?? [];
    if (piled) find('text', 'too_many_marks', 'has too many combining marks on one letter', piled);

    const files = part.mediaIds.map((id) => media.get(id));
    part.mediaIds.forEach((_, place) => {
      const file = files[place];
      if (!file) find(`mediaIds.${place}`, 'media_not_found', 'is not a media file of this workspace');
      else if (file.status !== 'ready') find(`mediaIds.${place}`, 'media_not_uploaded', 'has not been uploaded yet');
      else if (isSubtitles(file))
        find(`mediaIds.${place}`, 'media_is_subtitles', 'is a subtitle file: attach it to a video');
      else if (isVideo(file) && (file.durationMs ?? 0) > longestVideoMinutes(maxWeightedLength) * 60_000) {
        const most = longestVideoMinutes(maxWeightedLength);
        find(`mediaIds.${place}`, 'video_too_long', `is longer than the ${most} minutes that X allows the account`);
      }
    });
    if (files.length > 1 && files.some((file) => file?.contentType === 'image/gif' || (file && isVideo(file)))) {
      find('mediaIds', 'media_mix', 'must be up to four images, or one GIF, or one video');
    }
    if (part.poll && part.mediaIds.length > 0) find('poll', 'poll_with_media', 'cannot be combined with media');
    if (part.poll && part.text.trim() === '')
      find('text', 'poll_without_text', 'must not be empty in a post with a poll');
    if (new Set(part.mediaIds).size < part.mediaIds.length) find('mediaIds', 'media_twice', 'contains a file twice');
    return faults;
  });

/** Indexes of the parts that contain a link. */
export const linkedParts = (measures: readonly TextMeasure[]): number[] =>
  measures.flatMap(({ links }, part) => (links.length > 0 ? [part] : []));

/** Returns an error for each file of the post without alt text. */
export const altTextMissing = (parts: Post['parts'], media: MediaOf): FieldError[] =>
  parts.flatMap(({ mediaIds }, index) =>
    mediaIds.flatMap((id, place) =>
      (media.get(id)?.altText ?? null) === null
        ? [{ path: `parts.${index}.mediaIds.${place}`, code: 'alt_text_required', message: 'has no alt text' }]
        : [],
    ),
  );
