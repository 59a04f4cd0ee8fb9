import type { MediaToUpload } from '#events/publishing.ts';
import { type Media, objectKeyOf } from '../domain/media.ts';

/** A media file as the workflow uploads it to X, with the subtitles of a video. */
export const uploadOf = (file: Media): MediaToUpload => {
  const { workspaceId, id: mediaId, contentType, bytes, altText, etag } = file;
  const subtitles = file.subtitles.map((track) => ({
    mediaId: track.mediaId,
    objectKey: objectKeyOf({ workspaceId, id: track.mediaId }),
    contentType: track.contentType,
    bytes: track.bytes,
    etag: track.etag,
    languageCode: track.languageCode,
    name: track.name,
  }));
  return { mediaId, objectKey: objectKeyOf(file), contentType, bytes, altText, etag, subtitles };
};
