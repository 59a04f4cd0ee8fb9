import type { FileToUpload, MediaOutcome, UploadOutcome } from '#events/publishing.ts';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { XError, type XFailure } from '../domain/x-failure.ts';
import type { AccountSession } from '../session/account-session.ts';
import type { Upload } from '../store/uploads.ts';
import type { Processing } from '../x/port.ts';

/** X's samples upload in chunks of 1 MiB; chunks of 5 MB were refused with 413. */
const chunkBytes = 1024 * 1024;

/** An upload that X drops sooner than this is not used. In milliseconds. */
const leastLifeMs = 10 * 60_000;

/** Whether X keeps the upload long enough for it to be posted. */
export const lives = ({ expiresAt }: Upload, now: Date): boolean => Date.parse(expiresAt) - now.getTime() > leastLifeMs;

/** What an invocation needs to upload files for an account. */
export interface Surroundings {
  deps: Deps;
  session: AccountSession;
  workspaceId: string;
  accountId: string;
  /** No segment starts after this time. */
  until: Date;
}

/** The file's texts on X: their SHA-256, and the function that sets them after the upload. */
interface Words {
  said: string;
  tell: (xMediaId: string) => Promise<void>;
}

/**
 * Uploads a file to X, in as many calls as it takes. One invocation at a time sends segments, and records its progress
 * when it stops. X does not document whether a segment can be repeated. An interrupted upload is in an unknown state at
 * X, so it starts over, and X drops the fragment.
 * @throws XError the failure of X
 */
export const uploadFile = async (around: Surroundings, file: FileToUpload, words: Words): Promise<UploadOutcome> => {
  const { deps, workspaceId, accountId } = around;
  const known = await deps.uploads.find(workspaceId, accountId, file.mediaId);
  const now = deps.now();
  if (!known || !lives(known, now) || known.said !== words.said) return begin(around, file, words, known);
  if (known.state === 'ready') return { outcome: 'ready' };
  if (known.state === 'processing') return checkOn(around, known, words);
  if (known.heldUntil === null) return send(around, known, file, words);
  if (Date.parse(known.heldUntil) > now.getTime()) return { outcome: 'uploading', retryAt: known.heldUntil };
  return begin(around, file, words, known);
};

const begin = async (
  around: Surroundings,
  file: FileToUpload,
  words: Words,
  known: Upload | undefined,
): Promise<UploadOutcome> => {
  const { deps, session, workspaceId, accountId } = around;
  const begunAt = deps.now();
  const { xMediaId, expiresInSeconds } = await session.call('media_upload', (token) =>
    deps.x.initializeMedia(token, file),
  );
  const begun: Upload = {
    ...{ workspaceId, accountId, mediaId: file.mediaId, xMediaId },
    state: 'uploading',
    version: known?.version ?? 0,
    nextSegment: 0,
    heldUntil: null,
    said: words.said,
    expiresAt: instantAfter(begunAt, expiresInSeconds * 1000),
  };
  return send(around, begun, file, words);
};

/** Outcome while another process uploads the same file. */
const later = ({ now, pace }: Deps): UploadOutcome => ({
  outcome: 'uploading',
  retryAt: instantAfter(now(), pace.pauseMs),
});

const missing: MediaOutcome = {
  outcome: 'refused',
  code: 'media_missing',
  reason: 'The media file is missing or was changed. Upload it again.',
};

/** Sends segments from where the upload was paused, finishes it after the last one, and pauses when time is up. */
const send = async (
  around: Surroundings,
  resting: Upload,
  file: FileToUpload,
  words: Words,
): Promise<UploadOutcome> => {
  const { deps, session } = around;
  const held = await deps.uploads.save({ ...resting, heldUntil: instantAfter(deps.now(), deps.pace.functionMs) });
  if (!held) return later(deps);
  const rest = async (nextSegment: number) => deps.uploads.save({ ...held, nextSegment, heldUntil: null });
  const giveUp = async () => deps.uploads.save({ ...held, heldUntil: deps.now().toISOString() });
  let isFinalized = false;
  const segments = Math.ceil(file.bytes / chunkBytes);
  let segment = held.nextSegment;
  try {
    for (; segment < segments; segment += 1) {
      // At least one segment per call, so that the upload finishes however little time there is.
      if (segment > held.nextSegment && deps.now() >= around.until) {
        await rest(segment);
        return { outcome: 'uploading', retryAt: deps.now().toISOString() };
      }
      if (await sendSegment(around, held, file, segment)) continue;
      await giveUp();
      return missing;
    }
    const processing = await session.call('media_upload', (token) => deps.x.finalizeMedia(token, held.xMediaId));
    isFinalized = true;
    return await settle(around, held, words, processing);
  } catch (error) {
    // After a refusal that does not concern the file, the upload continues from this segment. Any other failure ends
    // it.
    if (error instanceof XError && isBeforeTheFile(error.failure) && !isFinalized) await rest(segment);
    else await giveUp();
    throw error;
  }
};

/** Sends one segment; false when its bytes are not in the bucket. */
const sendSegment = async (
  { deps, session }: Surroundings,
  { xMediaId }: Upload,
  { objectKey, bytes, etag }: FileToUpload,
  segment: number,
): Promise<boolean> => {
  const start = segment * chunkBytes;
  const end = Math.min(start + chunkBytes, bytes);
  const chunk = await deps.mediaObjects.read(objectKey, start, end, etag);
  if (chunk?.length !== end - start) return false;
  await session.call('media_upload', (token) => deps.x.appendMedia(token, xMediaId, segment, chunk));
  return true;
};

const afterTheFile: readonly XFailure['kind'][] = ['unknown_outcome', 'invalid', 'forbidden', 'not_found', 'duplicate'];

/** Whether the failure concerns the account, the app or a limit rather than the file. */
const isBeforeTheFile = ({ kind }: XFailure): boolean => !afterTheFile.includes(kind);

/** Asks X for the processing status of a file. */
const checkOn = async (around: Surroundings, known: Upload, words: Words): Promise<UploadOutcome> => {
  const { deps, session } = around;
  const processing = await session.call('media_status', (token) => deps.x.mediaStatus(token, known.xMediaId));
  return settle(around, known, words, processing);
};

/** Records X's processing status, and sets the texts before the file is used. */
const settle = async (
  { deps }: Surroundings,
  upload: Upload,
  { tell }: Words,
  processing: Processing,
): Promise<UploadOutcome> => {
  if (processing.state === 'failed') {
    await deps.uploads.save({ ...upload, state: 'uploading', heldUntil: deps.now().toISOString() });
    return { outcome: 'refused', code: 'x_media_failed', reason: `X cannot use the file: ${processing.reason}` };
  }
  if (processing.state === 'processing') {
    if (upload.state !== 'processing') await deps.uploads.save({ ...upload, state: 'processing', heldUntil: null });
    return { outcome: 'processing', retryAt: instantAfter(deps.now(), processing.checkAfterSeconds * 1000) };
  }
  await tell(upload.xMediaId);
  const ready = await deps.uploads.save({ ...upload, state: 'ready', heldUntil: null });
  return ready ? { outcome: 'ready' } : later(deps);
};
