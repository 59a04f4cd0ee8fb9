import type { FileToUpload, MediaOutcome, UploadOutcome } from '#events/publishing.ts';
import { instantAfter } from '#shared/time.ts';
import type { Deps } from '../deps.ts';
import { XError, type XFailure } from '../domain/x-failure.ts';
import type { AccountSession } from '../session/account-session.ts';
import type { Upload } from '../store/uploads.ts';
import type { Processing } from '../x/port.ts';

/** X's samples upload in chunks of 1 MiB; 5 MB ones were refused with 413. */
const chunkBytes = 1024 * 1024;

/** An upload that X drops sooner than this is not used. In milliseconds. */
const leastLifeMs = 10 * 60_000;

/** Whether X keeps the upload long enough to post it. */
export const lives = ({ expiresAt }: Upload, now: Date): boolean => Date.parse(expiresAt) - now.getTime() > leastLifeMs;

/** One invocation's way to X for an account. */
export interface Surroundings {
  deps: Deps;
  session: AccountSession;
  workspaceId: string;
  accountId: string;
  /** No segment is begun after this instant. */
  until: Date;
}

/** The text on X for a file once it is uploaded, and its SHA-256. */
interface Words {
  said: string;
  tell: (xMediaId: string) => Promise<void>;
}

/**
 * Brings one file to X, in as many calls as it takes. One invocation at a time sends segments, and records its progress
 * when it stops. X does not document whether a segment may come twice. An upload that was cut off has an unknown state
 * at X: it starts again, and X drops the fragment.
 * @throws XError what stands in the way
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

/** Another process is bringing the same file to X at the same time. */
const later = ({ now, pace }: Deps): UploadOutcome => ({
  outcome: 'uploading',
  retryAt: instantAfter(now(), pace.pauseMs),
});

const missing: MediaOutcome = {
  outcome: 'refused',
  code: 'media_missing',
  reason: 'The media file is missing or was changed. Upload it again.',
};

/** Sends segments from where the upload rests, and finishes it after the last; rests when the time is up. */
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
      // At least one each time, so that it finishes however little time there is.
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
    // X has not taken what it refused before looking at the file: the upload continues from there. Any other failure
    // ends it.
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

/** Refusals of the account, the app or the hour: the file has nothing to do with them. */
const isBeforeTheFile = ({ kind }: XFailure): boolean => !afterTheFile.includes(kind);

/** Asks X how far it is with a file. */
const checkOn = async (around: Surroundings, known: Upload, words: Words): Promise<UploadOutcome> => {
  const { deps, session } = around;
  const processing = await session.call('media_status', (token) => deps.x.mediaStatus(token, known.xMediaId));
  return settle(around, known, words, processing);
};

/** Keeps how far X is, and says what there is to say before the file is used. */
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
