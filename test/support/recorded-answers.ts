import { appendFileSync } from 'node:fs';
import { afterEach, expect, inject } from 'vitest';
import { undescribed } from './described-answers.ts';
import { openTextsFile, refusalsFile, secretsFile } from './recordings.ts';

/**
 * Records the API requests and answers of a tier's tests: imported for its side effect, it wraps `fetch`. The tier
 * `recorded` then looks for their secrets in everything that the stage put out. Every answer is checked against the API
 * description, and a test with a deviating answer fails.
 */

/** Fields that always hold a secret. */
const secretNames = new Set([
  ...['password', 'currentPassword', 'newPassword', 'oldCode', 'newCode'],
  ...['accessToken', 'access_token', 'refreshToken', 'signUpToken', 'challengeToken', 'token', 'deviceToken'],
  ...['clientSecret', 'client_secret', 'secret', 'uri'],
]);

/** Mailed codes, codes of authenticators and codes of X; codes in words are error codes. */
const secretCode = /^(?:\d{6}|[0-9A-Z]{4}-[0-9A-Z]{4}|(?![a-z_]+$)[\w-]{20,})$/;

const isSecret = (name: string, value: string): boolean =>
  secretNames.has(name) || (name === 'code' && secretCode.test(value));

/** The texts in the fields of a JSON value, at any depth, that `isWanted` selects. */
const textsIn = (body: unknown, isWanted: (name: string, value: string) => boolean): string[] => {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value !== 'string') return textsIn(value, isWanted);
    return isWanted(name, value) ? [value] : [];
  });
};

const parsed = (text: unknown): unknown => {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // pages, files and deliberately broken bodies
  }
};

/** Our own ids, which some tests send in place of a secret. */
const isId = (text: string): boolean => /^[a-z]{3}_[0-9A-Z]{26}$/.test(text);

const append = (file: string, texts: readonly string[]): void => {
  if (texts.length > 0) appendFileSync(file, texts.map((text) => `${JSON.stringify(text)}\n`).join(''));
};

const { apiUrl } = inject('stage');
const notAsDescribed = new Set<string>();

afterEach(() => {
  const faults = [...notAsDescribed];
  notAsDescribed.clear();
  expect(faults, 'answers that are not as the description says').toEqual([]);
});

/** This file is evaluated for each test file of a process: its wrapper replaces the one of the file before. */
const shared = globalThis as typeof globalThis & { unrecordedFetch?: typeof globalThis.fetch };
const fetch = (shared.unrecordedFetch ??= globalThis.fetch);

globalThis.fetch = async (input, init) => {
  const answer = await fetch(input, init);
  if (typeof input !== 'string' || !input.startsWith(apiUrl)) return answer;
  const text = await answer.clone().text();
  const { pathname } = new URL(input);
  for (const fault of undescribed(init?.method ?? 'GET', pathname, answer, text)) notAsDescribed.add(fault);
  // A malformed body contains no secret.
  const sent = parsed(init?.body);
  append(
    openTextsFile,
    textsIn(sent, (name, value) => !isSecret(name, value)),
  );
  if (answer.status !== 400) {
    const secrets = [...textsIn(sent, isSecret), ...textsIn(parsed(text), isSecret)];
    append(
      secretsFile,
      secrets.filter((each) => !isId(each)),
    );
  }
  if (answer.status >= 400) append(refusalsFile, [text]);
  return answer;
};
