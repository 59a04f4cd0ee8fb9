import { appendFileSync } from 'node:fs';
import { afterEach, expect, inject } from 'vitest';
import { undescribed } from './described-answers.ts';
import { openTextsFile, refusalsFile, secretsFile } from './recordings.ts';

/**
 * Records what the tests of a tier say and hear over the API: imported for its effect, it puts itself before `fetch`. The
 * tier `recorded` looks for the secrets in all that the stage has told. Every answer is held against the description of
 * the API, and the test fails whose answer is not as described.
 */

/** Fields that hold a secret wherever they stand. */
const secretNames = new Set([
  ...['password', 'currentPassword', 'newPassword', 'oldCode', 'newCode'],
  ...['accessToken', 'access_token', 'refreshToken', 'signUpToken', 'challengeToken', 'token', 'deviceToken'],
  ...['clientSecret', 'client_secret', 'secret', 'uri'],
]);

/** The codes that are mailed and shown by authenticators, and those of X; codes in words name what went wrong. */
const secretCode = /^(?:\d{6}|[0-9A-Z]{4}-[0-9A-Z]{4}|(?![a-z_]+$)[\w-]{20,})$/;

const isSecret = (name: string, value: string): boolean =>
  secretNames.has(name) || (name === 'code' && secretCode.test(value));

/** The texts in fields of JSON, however deep, of those that `isWanted` names. */
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
    return undefined; // pages, files and bodies that are broken on purpose
  }
};

/** Our own ids, which some tests say in the place of a secret, are none. */
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

const { fetch } = globalThis;

globalThis.fetch = async (input, init) => {
  const answer = await fetch(input, init);
  if (typeof input !== 'string' || !input.startsWith(apiUrl)) return answer;
  const text = await answer.clone().text();
  const { pathname } = new URL(input);
  for (const fault of undescribed(init?.method ?? 'GET', pathname, answer, text)) notAsDescribed.add(fault);
  // What is malformed is no secret of anybody's.
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
