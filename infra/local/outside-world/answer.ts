import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';

/** How a server of others answers one request. */
export const Answer = z.strictObject({
  status: z.int().min(200).max(599).default(200),
  /** A redirect is a status and `location`. */
  headers: z.record(z.string(), z.string()).default({}),
  body: z.string().default(''),
  /** This many bytes instead of `body`. */
  bodyBytes: z.int().min(0).optional(),
  /** Waits so long before the first byte. */
  delayMs: z.int().min(0).default(0),
  /**
   * `whole`: all at once. `hang`: headers and nothing more. `silent`: nothing at all. `drip`: a byte every 50 ms. `cut`:
   * the connection ends in the middle.
   */
  manner: z.enum(['whole', 'hang', 'silent', 'drip', 'cut']).default('whole'),
});
export type Answer = z.infer<typeof Answer>;

const dripEveryMs = 50;
const pieceBytes = 64 * 1024;

/** Puts an answer on the wire. Ends early when the other side goes away, or `stop` says so. */
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
  // One byte that was announced never comes.
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
