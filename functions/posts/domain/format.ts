import type { MeasuredFormat, PostFormat } from '#events/post-format.ts';
import { madeOnce } from '#shared/once.ts';
import type { MediaOf, TextMeasure } from './content.ts';
import { isVideo } from './media.ts';
import type { Post } from './post.ts';

/** Returns the measured format of a post, which is that of its first part. */
export const measuredOf = (
  { parts }: Pick<Post, 'parts'>,
  measures: readonly TextMeasure[],
  files: MediaOf,
): MeasuredFormat => ({
  weightedLength: measures[0]?.weightedLength ?? 0,
  media: mediaOf(parts[0]?.mediaIds ?? [], files),
});

const mediaOf = (ids: readonly string[], files: MediaOf): PostFormat['media'] => {
  const [first] = ids.flatMap((id) => files.get(id) ?? []);
  if (!first) return 'none';
  if (isVideo(first)) return 'video';
  return first.contentType === 'image/gif' ? 'gif' : 'image';
};

/** A hashtag: letters and digits, not only digits (X: "How to use hashtags"); `＃` counts as well. */
const hashtag = madeOnce(() => /(?<![\p{L}\p{N}_&])[#＃](?=[\p{N}_]*\p{L})[\p{L}\p{N}\p{M}_]+/gu);
const mention = /(?<![A-Za-z0-9_!#$%&*@＠])[@＠]\w{1,20}/g;

/** The format of the post; null if it was written before formats were measured. */
export const formatOf = ({
  parts,
  urlParts,
  measured,
}: Pick<Post, 'parts' | 'urlParts' | 'measured'>): PostFormat | null => {
  if (measured === null) return null;
  const count = (what: RegExp) => parts.reduce((sum, { text }) => sum + (text.match(what)?.length ?? 0), 0);
  return {
    ...measured,
    parts: parts.length,
    hasLink: urlParts.length > 0,
    hashtags: count(hashtag()),
    mentions: count(mention),
    hasPoll: Boolean(parts[0]?.poll),
  };
};
