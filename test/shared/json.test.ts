import { expect, test } from 'vitest';
import { jsonOf } from '#shared/json.ts';

test.each([
  ['{"a":[1]}', { a: [1] }],
  ['null', null],
  ['', undefined],
  ['{', undefined],
  ["{'a':1}", undefined],
])('jsonOf parses %s as %j', (text, said) => {
  expect(jsonOf(text)).toEqual(said);
});
