import type { MediaOutcome, MediaToUpload } from '../../events/publishing.ts';
import type { Author } from '../../shared/actor.ts';
import { instantAfter } from '../../shared/time.ts';
import { openSession, type AccountSession } from './account-session.ts';
import type { Deps } from './deps.ts';
import { unwell, obstacleOf } from './domain/obstacle.ts';
import { XError } from './domain/x-failure.ts';
import { billCall } from './metering.ts';
import type { Upload } from './store.ts';
import type { Processing } from './x/port.ts';

interface UploadInput {
  workspaceId: string;
  accountId: string;
  postId: string;
  campaignId: string | null;
  media: MediaToUpload;
}

/** X's samples upload in chunks of 1 MiB; 5 MB ones were refused with 413. */
const chunkBytes = 1024 * 1024;

/** An upload that X forgets sooner than this is not begun to be used. In milliseconds. */
const leastLifeMs = 10 * 60_000;

/** The account's upload of a media file while it can be posted; undefined when there is none, or X still works on it. */
export const readyUpload = async (
  deps: Deps,
  workspaceId: string,
  accountId: string,
  mediaId: string,
): Promise<Upload | undefined> => {
  const upload = await deps.uploads.find(workspaceId, accountId, mediaId);
  return upload?.state === 'ready' && lives(upload, deps.now()) ? upload : undefined;
};

const lives = ({ expiresAt }: Upload, now: Date): boolean => Date.parse(expiresAt) - now.getTime() > leastLifeMs;

/**
 * Brings a media file to X for one account: in chunks, alt text before it is posted. What X has already is used again
 * while X keeps it; an upload that was cut is begun anew, and X forgets the torso.
 */
export const uploadMedia = async (deps: Deps, input: UploadInput, author: Author): Promise<MediaOutcome> => {
  const { workspaceId, accountId, media } = input;
  if (!media.objectKey.startsWith(`${workspaceId}/`)) throw new Error('The media object belongs to another workspace');
  const account = await deps.accounts.find(workspaceId, accountId);
  if (account?.status !== 'connected' || account.health === 'reconnect_needed') return unwell('reconnect_needed');
  const session = openSession(deps, account, author);
  try {
    const known = await deps.uploads.find(workspaceId, accountId, media.mediaId);
    if (known && lives(known, deps.now())) {
      return known.state === 'ready' ? { outcome: 'ready' } : await checkOn(deps, session, known, input);
    }
    return await upload(deps, session, input);
  } catch (error) {
    if (!(error instanceof XError)) throw error;
    return obstacleOf(error.failure, deps.now(), deps.random(), deps.pace);
  }
};

const upload = async (deps: Deps, session: AccountSession, input: UploadInput): Promise<MediaOutcome> => {
  const { workspaceId, accountId, media } = input;
  const { x, mediaObjects, now } = deps;
  const begunAt = now();
  const { xMediaId, expiresInSeconds } = await session.call('media_upload', (token) => x.initializeMedia(token, media));
  for (let segment = 0; segment * chunkBytes < media.bytes; segment += 1) {
    const start = segment * chunkBytes;
    const end = Math.min(start + chunkBytes, media.bytes);
    const bytes = await mediaObjects.read(media.objectKey, start, end, media.etag);
    if (bytes?.length !== end - start) return missing;
    await session.call('media_upload', (token) => x.appendMedia(token, xMediaId, segment, bytes));
  }
  const processing = await session.call('media_upload', (token) => x.finalizeMedia(token, xMediaId));
  const expiresAt = instantAfter(begunAt, expiresInSeconds * 1000);
  const uploaded = { workspaceId, accountId, mediaId: media.mediaId, xMediaId, expiresAt };
  return settle(deps, session, uploaded, input, processing);
};

const missing: MediaOutcome = {
  outcome: 'refused',
  code: 'media_missing',
  reason: 'The media file is not there any more, or was changed. Upload it again.',
};

/** Asks X how far it is with a file. */
const checkOn = async (
  deps: Deps,
  session: AccountSession,
  known: Upload,
  { media, ...to }: UploadInput,
): Promise<MediaOutcome> => {
  const processing = await session.call('media_status', (token) => deps.x.mediaStatus(token, known.xMediaId));
  return settle(deps, session, known, { media, ...to }, processing);
};

/** Keeps how far X is. Alt text belongs to the file before it is posted (X API: media metadata). */
const settle = async (
  deps: Deps,
  session: AccountSession,
  uploaded: Omit<Upload, 'state'>,
  { media: { altText }, ...to }: UploadInput,
  processing: Processing,
): Promise<MediaOutcome> => {
  if (processing.state === 'failed') {
    return { outcome: 'refused', code: 'x_media_failed', reason: `X cannot use the file: ${processing.reason}` };
  }
  if (processing.state === 'processing') {
    await deps.uploads.save({ ...uploaded, state: 'processing' });
    return { outcome: 'processing', retryAt: instantAfter(deps.now(), processing.checkAfterSeconds * 1000) };
  }
  if (altText !== null) {
    await session.call('media_metadata', (token) => deps.x.setAltText(token, uploaded.xMediaId, altText));
    await billCall(deps, to, 'media_metadata');
  }
  await deps.uploads.save({ ...uploaded, state: 'ready' });
  return { outcome: 'ready' };
};
