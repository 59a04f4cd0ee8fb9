import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { connected } from '#shared/lambda/connect.ts';
import { observe } from '#shared/observability.ts';
import { captureLog } from '../captured-log.ts';

let log: string[];
beforeEach(() => {
  log = captureLog();
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const warned = () => log.map((line): unknown => JSON.parse(line));
const message = { level: 'WARN', message: 'no connection at the start' };

test('a first call that succeeds in time is not logged', async () => {
  await connected(async () => 'ready', observe('posts'));
  expect(log).toEqual([]);
});

test('a first call that fails is logged as a warning but does not stop the start', async () => {
  await connected(() => Promise.reject(new TypeError('no')), observe('posts'));
  expect(warned()).toMatchObject([{ ...message, error: { name: 'TypeError' } }]);
});

test('a first call that takes too long is logged as a warning but does not stop the start', async () => {
  await connected(() => new Promise(() => undefined), observe('posts'), 5);
  expect(warned()).toMatchObject([{ ...message, waitedMs: 5 }]);
});
