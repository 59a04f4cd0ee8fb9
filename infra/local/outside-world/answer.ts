import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

/** How an external server responds to a request. */
export const Answer = z.strictObject({
  status: z.int().min(200).max(599).default(200),
  /** For a redirect, set a status and `location`. */
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  /** Sends this many bytes instead of `body`. */
  bodyBytes: z.int().min(0).optional(),
  /** Delay before the first byte. */
  delayMs: z.int().min(0).default(0),
  /**
   * `whole`: everything without pauses. `hang`: only headers. `silent`: nothing at all. `drip`: a byte every 50 ms.
   * `cut`: the connection closes in the middle.
   */
  manner: z.enum(['whole', 'hang', 'silent', 'drip', 'cut']).default('whole'),
});
export type Answer = z.infer<typeof Answer>;

const dripEveryMs = 50;
const pieceBytes = 64 * 1024;

/** Sends a response. Ends early when the client disconnects, or on `stop`. */
export const deliver = async (response: ServerResponse, answer: Answer, stop: AbortSignal): Promise<void> => {
  const { status, headers, bodyBytes, delayMs, manner } = answer;
  await sleep(delayMs, undefined, { signal: stop });
  if (manner === 'silent') return;
  const body = Buffer.from(answer.body);
  const length = bodyBytes ?? body.length;
  const announced = manner === 'whole' ? length : length + 1;
  response.writeHead(status, { ...(status !== 204 && status !== 304 && { 'content-length': announced }), ...headers });
  response.flushHeaders();
  if (manner === 'hang') return;
  const size = manner === 'drip' ? 1 : pieceBytes;
  for (let sent = 0; sent < length && !response.destroyed; sent += size) {
    const piece =
      bodyBytes === undefined ? body.subarray(sent, sent + size) : Buffer.alloc(Math.min(size, length - sent), '.');
    const isFlowing = response.write(piece);
    if (manner === 'drip') await sleep(dripEveryMs, undefined, { signal: stop });
    else if (!isFlowing) await drained(response);
  }
  // One announced byte is never sent.
  if (manner === 'cut') response.destroy();
  if (manner === 'whole') response.end();
};

const drained = (response: ServerResponse): Promise<void> =>
  new Promise((done) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      done();
    };
    response.once('drain', go).once('close', go);
  });
