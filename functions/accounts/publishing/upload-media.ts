import type { MediaToUpload, UploadOutcome } from '#events/publishing.ts';
import type { Author } from '#shared/actor.ts';
import { digestOf } from '#shared/secrets.ts';
import type { Deps } from '../deps.ts';
import { blockerOf } from '../domain/blocker.ts';
import type { ChargedTo } from '../domain/usage.ts';
import { XError } from '../domain/x-failure.ts';
import { openSession } from '../session/account-session.ts';
import { usableAccount } from '../session/usable-account.ts';
import type { Upload } from '../store/uploads.ts';
import { billCall } from '../usage/meter.ts';
import { lives, type Surroundings, uploadFile } from './upload-file.ts';

interface UploadInput {
  workspaceId: string;
  accountId: string;
  postId: string;
  campaignId: string | null;
  media: MediaToUpload;
}

/**
 * Returns the account's upload of a media file if it can be posted; undefined when there is none, or X is still
 * processing it.
 */
export const readyUpload = async (
  deps: Deps,
  workspaceId: string,
  accountId: string,
  mediaId: string,
): Promise<Upload | undefined> => {
  const upload = await deps.uploads.find(workspaceId, accountId, mediaId);
  return upload?.state === 'ready' && lives(upload, deps.now()) ? upload : undefined;
};

/**
 * Uploads a media file to X for one account, with alt text and subtitles. An existing upload is reused while X keeps it
 * and its texts are unchanged. A large file takes several calls: `uploading` means that the next call continues.
 */
export const uploadMedia = async (deps: Deps, input: UploadInput, author: Author): Promise<UploadOutcome> => {
  const { workspaceId, accountId, media } = input;
  const keys = [media, ...media.subtitles].map(({ objectKey }) => objectKey);
  if (!keys.every((key) => key.startsWith(`${workspaceId}/`)))
    throw new Error('The media object belongs to another workspace');
  const account = await usableAccount(deps, workspaceId, accountId);
  if ('outcome' in account) return account;
  const { pace, now } = deps;
  // A call that begins before this, with the writes that follow it, ends before the function's timeout.
  const until = new Date(now().getTime() + pace.functionMs * 0.9 - pace.callMs);
  const session = openSession(deps, account, author);
  try {
    return await bring({ deps, session, workspaceId, accountId, until }, input);
  } catch (error) {
    if (!(error instanceof XError)) throw error;
    return blockerOf(error.failure, now(), deps.random(), pace);
  }
};

/** Subtitles first: they are small, and X attaches them to a video that it has processed. */
const bring = async (around: Surroundings, { media, ...to }: UploadInput): Promise<UploadOutcome> => {
  for (const track of media.subtitles) {
    const outcome = await uploadFile(around, track, { said: '', tell: async () => undefined });
    if (outcome.outcome !== 'ready') return outcome;
  }
  return uploadFile(around, media, { said: saidOf(media), tell: (xMediaId) => tell(around, to, media, xMediaId) });
};

/** Sets a file's alt text and subtitles on X before it is posted (X API: media metadata, media subtitles). */
const tell = async (
  { deps, session, workspaceId, accountId }: Surroundings,
  to: ChargedTo,
  media: MediaToUpload,
  xMediaId: string,
): Promise<void> => {
  const { altText } = media;
  if (altText !== null) {
    await session.call('media_metadata', (token) => deps.x.setAltText(token, xMediaId, altText));
    await billCall(deps, to, 'media_metadata');
  }
  for (const { mediaId, languageCode, name } of media.subtitles) {
    const track = await readyUpload(deps, workspaceId, accountId, mediaId);
    // X dropped it, or another upload has started: retried later.
    if (!track) throw new XError({ kind: 'unknown_outcome' });
    const subtitles = { xMediaId: track.xMediaId, languageCode, name };
    await session.call('media_subtitles', (token) => deps.x.attachSubtitles(token, xMediaId, subtitles));
    await billCall(deps, to, 'media_metadata');
  }
};

const saidOf = ({ altText, subtitles }: MediaToUpload): string =>
  digestOf(
    JSON.stringify([altText, subtitles.map(({ mediaId, languageCode, name }) => [mediaId, languageCode, name])]),
  );
