import { expect, test } from 'vitest';
import { areItsCodes } from '#functions/users/domain/email-change.ts';
import { codeDigest } from '#functions/users/domain/mailed-code.ts';

test('the codes of an email change are valid for one person and one address each', () => {
  const change = {
    email: 'new@example.com',
    newDigest: codeDigest('sub-1', 'AAAAAAAA'),
    oldDigest: codeDigest('sub-1', 'BBBBBBBB'),
    signInRound: 0,
  };
  expect(areItsCodes(change, 'sub-1', 'AAAAAAAA', 'BBBBBBBB')).toBe(true);
  expect(areItsCodes(change, 'sub-1', 'BBBBBBBB', 'AAAAAAAA')).toBe(false);
  expect(areItsCodes(change, 'sub-1', 'AAAAAAAA', 'AAAAAAAA')).toBe(false);
  expect(areItsCodes(change, 'sub-2', 'AAAAAAAA', 'BBBBBBBB')).toBe(false);
});
