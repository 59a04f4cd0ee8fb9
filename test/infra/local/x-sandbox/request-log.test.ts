import { expect, test } from 'vitest';
import { RequestLog } from '#infra/local/x-sandbox/request-log.ts';

test('the request log keeps the last 5,000 requests, with their numbers', () => {
  const log = new RequestLog();
  for (let n = 0; n < 5100; n += 1) {
    log.add({
      ...{ at: '2026-11-01T12:00:00.000Z', method: 'GET', path: '/', operation: undefined, username: undefined },
      ...{ status: 200, fault: undefined, body: undefined },
    });
  }
  expect([log.list().length, log.list()[0]?.number, log.list().at(-1)?.number]).toEqual([5000, 101, 5100]);
});
