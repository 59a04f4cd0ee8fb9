import { afterEach, expect, test, vi } from 'vitest';
import { loggable, observe } from '#shared/observability.ts';
import { maskingReplacer } from '#shared/privacy/masking.ts';
import { captureLog } from '../captured-log.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('a log entry masks the values of personal fields at any depth', () => {
  const lines = captureLog();
  const { logger } = observe('users');
  logger.info('signed up', { email: 'ada@example.com', people: [{ name: 'Ada', device: 'Firefox', role: 'owner' }] });
  logger.appendKeys({ person: { username: 'ada_l', id: 'usr_1' } });
  logger.info('again');
  const written = lines.join('\n');
  for (const secret of ['ada@example.com', '"Ada"', 'Firefox', 'ada_l']) expect(written).not.toContain(secret);
  for (const plain of ['owner', 'usr_1', 'signed up', '"email": "[personal]"']) {
    expect(written.replaceAll('":"', '": "')).toContain(plain);
  }
});

test('a logged error keeps its class name and that of its cause', () => {
  const lines = captureLog();
  const error = new RangeError('no', { cause: new TypeError('never') });
  observe('users').logger.error('failed', { error: loggable(error), name: 'Ada' });
  expect(lines.join('')).toMatch(/RangeError.*TypeError/);
  expect(lines.join('')).not.toContain('Ada');
});

test('logging does not change the logged object and tolerates circular references', () => {
  const lines = captureLog();
  const person: Record<string, unknown> = { email: 'ada@example.com', name: null };
  person['self'] = person;
  observe('users').logger.info('met', { person });
  expect(lines).toHaveLength(1);
  expect(person['email']).toBe('ada@example.com');
});

test('maskingReplacer leaves null as it is', () => {
  expect(JSON.parse(JSON.stringify({ email: null, text: 'x' }, maskingReplacer()))).toEqual({
    email: null,
    text: '[personal]',
  });
});
