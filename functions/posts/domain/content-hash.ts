import { createHash } from 'node:crypto';
import type { MediaOf } from './content.ts';
import type { Media } from './media.ts';
import type { Post } from './post.ts';

type Content = Pick<Post, 'accountId' | 'parts' | 'replySettings' | 'madeWithAi' | 'paidPartnership'>;

/**
 * SHA-256 (hex) of exactly what will be published: account, texts, files with their alt texts and subtitles, polls, and
 * labels. An approval applies to this hash only. Field names are hashed too, in a fixed order, so that different
 * contents never yield the same input.
 */
export const contentHashOf = (content: Content, files: MediaOf): string => {
  const { accountId, parts, replySettings, madeWithAi, paidPartnership } = content;
  const shown = parts.map(({ text, mediaIds, poll }) => ({
    text,
    media: mediaIds.map((id) => {
      const file = files.get(id);
      return {
        id,
        etag: file?.etag ?? null,
        contentType: file?.contentType ?? null,
        altText: file?.altText ?? null,
        ...(file && file.subtitles.length > 0 && { subtitles: file.subtitles.map(trackOf) }),
      };
    }),
    poll: poll && { options: poll.options, durationMinutes: poll.durationMinutes },
  }));
  const canonical = JSON.stringify({ accountId, parts: shown, replySettings, madeWithAi, paidPartnership });
  return createHash('sha256').update(canonical).digest('hex');
};

/** Whether two contents are the same, regardless of the descriptions of their files. */
export const isSameContent = (one: Content, other: Content): boolean =>
  contentHashOf(one, new Map()) === contentHashOf(other, new Map());

const trackOf = ({ mediaId, etag, languageCode, name }: Media['subtitles'][number]) => ({
  id: mediaId,
  etag,
  languageCode,
  name,
});

/** Adds the content hash, from the current descriptions of the files, which can change without the post. */
export const withHash = <Written extends Content>(
  post: Written,
  files: MediaOf,
): Written & Pick<Post, 'contentHash'> => ({
  ...post,
  contentHash: contentHashOf(post, files),
});
