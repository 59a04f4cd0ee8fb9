import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import * as z from 'zod';
import { startEmulator } from '#infra/local/emulator.ts';
import { startXSandbox } from '#infra/local/x-sandbox/server.ts';
import { newId } from '#shared/ids.ts';
import { mp4Beginning } from '../support/media-samples.ts';

/**
 * How much memory an upload of 512 MiB of video takes above that of the idle process: the real code of
 * accounts.uploadMedia in a process of its own, between the emulator's S3 and the X sandbox.
 * `npm run bench:upload -- 64` takes 64 MiB. Fails when it exceeds `maxAboveIdle`.
 */
const mebibyte = 1024 * 1024;
const size = z.coerce.number().int().min(1).max(512).default(512).parse(process.argv[2]) * mebibyte;
const maxAboveIdle = 64;

const folder = mkdtempSync(join(tmpdir(), 'xmp-bench-'));
await using owner = new AsyncDisposableStack();
owner.defer(() => {
  rmSync(folder, { recursive: true, force: true });
});
const emulator = await startEmulator({ stateFolder: folder, auth: false });
owner.defer(() => emulator.stop());
const sandbox = await startXSandbox({});
owner.defer(() => sandbox.close());

const aws = {
  AWS_ENDPOINT_URL: emulator.endpoint,
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
};
const s3 = new S3Client({
  region: aws.AWS_REGION,
  endpoint: emulator.endpoint,
  forcePathStyle: true,
  credentials: { accessKeyId: aws.AWS_ACCESS_KEY_ID, secretAccessKey: aws.AWS_SECRET_ACCESS_KEY },
});
const [workspaceId, mediaId] = [newId('wsp', new Date()), newId('med', new Date())];
const place = { Bucket: 'media', Key: `${workspaceId}/${mediaId}` };

/** Uploads a video of that size in parts of 8 MiB: its index, then zeros. Returns its entity tag. */
const putVideo = async (): Promise<string> => {
  await s3.send(new CreateBucketCommand({ Bucket: place.Bucket }));
  const said = { seconds: 600, framesPerSecond: 30 };
  const beginning = mp4Beginning({ ...said, mdatBytes: size - mp4Beginning(said).length });
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(place));
  const partBytes = 8 * mebibyte;
  const parts: CompletedPart[] = [];
  for (let start = 0; start < size; start += partBytes) {
    const Body = Buffer.alloc(Math.min(partBytes, size - start));
    if (start === 0) beginning.copy(Body);
    const PartNumber = parts.length + 1;
    const { ETag } = await s3.send(new UploadPartCommand({ ...place, UploadId, PartNumber, Body }));
    parts.push({ PartNumber, ETag });
  }
  const whole = { ...place, UploadId, MultipartUpload: { Parts: parts } };
  return z.string().parse((await s3.send(new CompleteMultipartUploadCommand(whole))).ETag);
};

const Figures = z.object({ idle: z.number(), peak: z.number(), calls: z.number(), seconds: z.number() });
const etag = await putVideo();
const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'uploader.ts')], {
  env: {
    ...aws,
    AWS_S3_FORCE_PATH_STYLE: 'true',
    BUCKET: place.Bucket,
    X_URL: sandbox.url,
    WORKSPACE: workspaceId,
    MEDIA: mediaId,
    BYTES: String(size),
    ETAG: etag,
  },
});
const { idle, peak, calls, seconds } = Figures.parse(JSON.parse(stdout));
const above = peak - idle;
console.log(`\n${size / mebibyte} MiB of video from S3 to X in ${calls} calls and ${seconds.toFixed(0)} s`);
console.log(`memory: ${idle.toFixed(0)} MiB idle, ${peak.toFixed(0)} MiB at most: ${above.toFixed(0)} MiB above idle`);
if (above > maxAboveIdle) {
  console.log(`That is more than ${maxAboveIdle} MiB.`);
  process.exitCode = 1;
}
