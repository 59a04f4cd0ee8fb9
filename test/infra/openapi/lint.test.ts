import { type Config, createConfig, lintFromString } from '@redocly/openapi-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { openApiText } from '#infra/openapi.ts';

/** All rules of Redocly apply except for these. */
const exceptions = {
  // Tags are in the order in which people encounter them.
  'tags-alphabetical': 'off',
  // Requests and replies have whole examples instead.
  'scalar-property-missing-example': 'off',
  // Replies may have empty strings; requests declare where they may not.
  'required-string-property-missing-min-length': 'off',
  // `auth`, `me`, `workspace` and `v1` are singletons, and actions are verbs.
  'path-segment-plural': 'off',
  // `posts` contains `post`, which the rule takes for a verb.
  'no-http-verbs-in-paths': 'off',
  // Only operations whose summary is not enough have a description.
  'operation-description': 'off',
  // A redirect only answers 302.
  'operation-2xx-response': 'off',
  // Checked by descriptions.test.ts, with all other fields.
  'parameter-description': 'off',
  // A receipt is also a page, a calendar a feed, and metrics are OpenMetrics text.
  'response-mime-type': {
    severity: 'error',
    allowedValues: [
      ...['application/json', 'application/problem+json', 'text/html; charset=utf-8', 'text/calendar; charset=utf-8'],
      'application/openmetrics-text; version=1.0.0; charset=utf-8',
    ],
  },
} as const;

let config: Config;
beforeAll(async () => {
  config = await createConfig({ extends: ['all'], rules: exceptions });
});

const findingsIn = async (source: string): Promise<string[]> => {
  const problems = await lintFromString({ source, absoluteRef: 'openapi.json', config });
  return problems.map(({ ruleId, message, location: [place] }) => `${ruleId}: ${message} ${place?.pointer ?? ''}`);
};

describe('the linter of OpenAPI documents (Redocly)', () => {
  test('finds no problem in our document', async () => {
    expect(await findingsIn(openApiText())).toEqual([]);
  });

  test.each<[string, string, string, string]>([
    ['a tag that is not defined', '"tags":["Queue"]', '"tags":["Queues"]', 'operation-tag-defined'],
    ['an example that breaks its schema', '"status":"scheduled"', '"status":"thought of"', 'no-invalid-media-type-ex'],
    ['a reference to nothing', 'responses/PostNotFound"', 'responses/PostLost"', 'no-unresolved-refs'],
  ])('finds %s', async (_, sound, broken, rule) => {
    const source = JSON.stringify(JSON.parse(openApiText())).replaceAll(sound, broken);
    expect(await findingsIn(source)).toEqual(expect.arrayContaining([expect.stringContaining(rule)]));
  });
});
