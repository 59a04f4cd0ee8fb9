import { expect, test } from 'vitest';
import { personalNames } from '#shared/privacy/personal-names.ts';
import { recordedByWorkflows } from '../support/integration/histories.ts';
import { recordedSecrets } from '../support/recordings.ts';

/*
 * AWS keeps the inputs and outputs of executions for 90 days after their end, past any erasure. The register of
 * personal data (infra/personal-data.ts) says what may be there; this test enforces it.
 */

/** Fields in histories that are named like personal data, and why they are there. */
const known: Readonly<Record<string, string>> = {
  'check-campaign parts': 'lengths, and whether there is a link: no text',
  'follow-activity username': 'of a connected X account, which the event that starts it bears',
  'follow-activity xUserId': 'as username',
  'launch-campaign parts': 'as for check-campaign',
  'make-report name': 'of the workspace, which the report bears',
  'publish-post parts': 'what goes out, from posts to accounts: in the register',
  'publish-post text': 'as parts',
  'publish-post name': 'what subtitles are called, for X',
  'run-automation subject': 'of an email that an automation writes to members',
  'run-automation text': 'as subject',
};

/** Names of the fields with a non-empty text, list or object, at any depth: a count says nothing about anybody. */
const saying = (value: unknown): string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => [
    ...(saysSomething(inner) && !Array.isArray(value) ? [name] : []),
    ...saying(inner),
  ]);
};
const saysSomething = (value: unknown): boolean =>
  (typeof value === 'string' && value !== '') || (Array.isArray(value) ? value.length > 0 : isObject(value));
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const mailAddress = /[\w.+-]+@example\.com/i;
const jsonWebToken = /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}/;

test('workflow histories contain no secrets, and no personal data except what the register lists', async ({
  annotate,
}) => {
  const all = await recordedByWorkflows();
  const workflows = new Set(all.map(({ workflow }) => workflow));
  await annotate(`${all.length} inputs and outputs of ${workflows.size} workflows`);
  expect(all.length).toBeGreaterThan(100);
  expect(workflows.size).toBeGreaterThan(8);

  const named = all.flatMap(({ workflow, data }) =>
    saying(parsed(data))
      .filter((name) => personalNames.has(name))
      .map((name) => `${workflow} ${name}`),
  );
  expect([...new Set(named)].sort()).toEqual(Object.keys(known).sort());

  const sent = new Set(recordedSecrets().filter((each) => each.length >= 12));
  const leaks = all.flatMap(({ workflow, data }) => {
    const words = (data.match(/[\w.!+/=:-]+/g) ?? []).filter((word) => sent.has(word));
    const patterns = [jsonWebToken, mailAddress].flatMap((pattern) => pattern.exec(data)?.[0] ?? []);
    return [...words, ...patterns].map((leak) => `${leak} in ${workflow}`);
  });
  expect(leaks).toEqual([]);
});
