import { describe, expect, test } from 'vitest';
import { bareWords, isPersonal } from '#functions/users/domain/guessable.ts';

describe('a password', () => {
  const common = new Set(['password', 'qwerty123456!']);
  const known = { email: 'maya.miller@example.com', name: 'Maya O. Miller' };
  test.each([
    ['Qwerty123456!', 'common'],
    ['Password-2026!', 'common'],
    ['1!PASSWORD!9999', 'common'],
    ['Correct-Miller-9-Battery', 'personal'],
    ['9!maya.MILLER@home', 'personal'],
    ['Correct-Horse-9-Battery', undefined],
    ['Millers-Correct-9-Horse', undefined],
    ['MillersMaya9!Horse', 'personal'],
    ['My-Miller2026-Horse', 'personal'],
    ['MillerAndCorrect-9-Horse', 'personal'],
    ['Thrillmillers-9-Horse', undefined],
    // "O." occurs in many words.
    ['Only-Horses-9-Batteries', undefined],
  ])('%s is judged as %s', (password, why) => {
    const isCommon = bareWords(password).some((word) => common.has(word));
    expect(isCommon ? 'common' : isPersonal(password, known) ? 'personal' : undefined).toBe(why);
  });
});

test.each([
  ['team@example.com', 'Steam-Engine-42x', undefined],
  ['team@example.com', 'Team-Engine-42x', 'personal'],
  ['team@example.com', 'Engine42Team!x', 'personal'],
  ['team@example.com', 'SteamTeamEngine-42', 'personal'],
  ['rose@example.com', 'Prosecco-Rosebud-7', undefined],
  ['j.doe@example.com', 'J.Doe-Correct-77', 'personal'],
  ['j.doe@example.com', 'Doe-Correct-Horse-7', undefined],
  ['r2d2@example.com', 'Correct-R2D2-Horse', 'personal'],
  ['müller@example.com', 'Mu\u0308ller-Correct-7'.normalize('NFC'), 'personal'],
  ['----@example.com', 'Correct----Horse-7', undefined],
])('for the address %s the password %s is judged as %s: only whole words count', (email, password, why) => {
  expect(isPersonal(password, { email }) ? 'personal' : undefined).toBe(why);
});
