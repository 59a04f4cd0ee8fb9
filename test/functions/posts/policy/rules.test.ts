import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../../events/users.ts';
import { mostFindings, RuleId } from '../../../../functions/posts/domain/policy.ts';
import { judge, rules, type Judging, type Likeness } from '../../../../functions/posts/policy/rules.ts';
import { aMedia, aPart, aPost, mediaId, otherAccountId } from '../sample.ts';

const dayMs = 86_400_000;
const other = aPost({ id: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9W' });
const elsewhere = { ...other, accountId: otherAccountId };

const judging = (text: string, said: Partial<Judging> = {}): Judging => ({
  post: aPost({ parts: [aPart({ text })] }),
  links: [[]],
  media: new Map(),
  settings: { ...defaultSettings, mentionPolicy: 'allow' },
  likenesses: [],
  ...said,
});
/** Rule, level and what it points at. */
const found = (text: string, said: Partial<Judging> = {}) =>
  judge(judging(text, said)).map(({ rule, level, start, end }) => [
    rule,
    level,
    start === null || end === null ? null : text.slice(start, end),
  ]);

test('each rule is written once, with where it comes from', () => {
  expect(rules.map(({ id }) => id).sort()).toEqual([...RuleId.options].sort());
  for (const { source } of rules) expect(source).toMatch(/^X /);
});

test('a plain text is let pass', () => {
  expect(found('Our autumn roast is here: plum, cocoa and a long finish.')).toEqual([]);
});

describe('the same words', () => {
  const like = (said: Partial<Likeness> = {}): Partial<Judging> => ({
    likenesses: [{ part: 0, kind: 'verbatim', isLong: false, other, apartMs: dayMs, ...said }],
  });
  test.each([
    ['again on the account within a week', like(), ['repeated_on_account', 'block']],
    ['again after a week', like({ apartMs: 7 * dayMs + 1 }), undefined],
    ['but for a link, in a short text', like({ kind: 'same' }), undefined],
    ['but for a link, in a long text', like({ kind: 'same', isLong: true }), ['nearly_repeated_on_account', 'warn']],
    ['nearly, on the account', like({ kind: 'near', isLong: true }), ['nearly_repeated_on_account', 'warn']],
    ['nearly, after a week', like({ kind: 'near', isLong: true, apartMs: 7 * dayMs + 1 }), undefined],
    ['on another account', like({ other: elsewhere }), ['duplicated_across_accounts', 'block']],
    [
      'nearly, on another account, a month before',
      like({ other: elsewhere, kind: 'near', isLong: true, apartMs: 30 * dayMs }),
      ['duplicated_across_accounts', 'block'],
    ],
    ['on another account, longer ago', like({ other: elsewhere, apartMs: 30 * dayMs + 1 }), undefined],
  ])('%s', (_, said, expected) => {
    expect(found('Hello', said)).toEqual(expected === undefined ? [] : [[...expected, 'Hello']]);
  });

  test('on another account name that account and post', () => {
    const [finding] = judge(judging('Hello', like({ other: elsewhere })));
    expect(finding?.message).toContain(otherAccountId);
    expect(finding?.message).toContain(other.id);
  });
});

describe('mentions', () => {
  const settings = (mentionPolicy: 'allow' | 'warn' | 'block', ...allowedMentions: string[]) => ({
    settings: { ...defaultSettings, mentionPolicy, allowedMentions },
  });
  test.each([
    ['of whom nobody listed', 'Thanks, @Maya!', settings('warn'), [['unlisted_mention', 'warn', '@Maya']]],
    [
      'are blocked where the workspace wants it',
      'Thanks, @Maya!',
      settings('block'),
      [['unlisted_mention', 'block', '@Maya']],
    ],
    ['are free where it does not', 'Thanks, @Maya!', settings('allow'), []],
    ['of whom the workspace lists, in any case', 'Thanks, @Maya!', settings('block', 'maya'), []],
    ['are each named', '@a and @b', settings('warn', 'a'), [['unlisted_mention', 'warn', '@b']]],
    ['are no e-mail addresses', 'Write to maya@example.com', settings('block'), []],
  ])('%s', (_, text, said, expected) => {
    expect(found(text, said)).toEqual(expected);
  });
});

describe('links', () => {
  const link = (linkPolicy: 'allow' | 'warn' | 'block') => ({
    links: [[{ start: 5, end: 18 }]],
    settings: { ...defaultSettings, linkPolicy },
  });
  test.each([
    ['allow', []],
    ['warn', [['link_in_post', 'warn', 'example.com/a']]],
    ['block', [['link_in_post', 'block', 'example.com/a']]],
  ] as const)('where the workspace says %s', (linkPolicy, expected) => {
    expect(found('Read example.com/a', link(linkPolicy))).toEqual(expected);
  });

  test.each([
    ['https://bit.ly/3abc', 'https://bit.ly/3abc'],
    ['amzn.to/xyz', 'amzn.to/xyz'],
    ['https://example.com/bit.ly', undefined],
    ['habit.ly/x', undefined],
  ])('that are shortened hide where they lead: %s', (text, hidden) => {
    expect(found(text)).toEqual(hidden === undefined ? [] : [['hidden_link_target', 'warn', hidden]]);
  });
});

describe('paid promotion', () => {
  test.each([
    ['Try our friends’ beans #ad', '#ad'],
    ['#Sponsored: new mugs', '#Sponsored'],
    ['A paid partnership with Mug & Co', 'paid partnership'],
    ['Holds affiliate links', 'affiliate links'],
    ['#adventure awaits', undefined],
    ['We were sponsored once', undefined],
  ])('is to be said with the label: %s', (text, said) => {
    expect(found(text)).toEqual(said === undefined ? [] : [['undisclosed_promotion', 'warn', said]]);
    const post = aPost({ parts: [aPart({ text })], paidPartnership: true });
    expect(found(text, { post })).toEqual([]);
  });
});

describe('prizes for follows, reposts and likes', () => {
  test.each([
    'Follow us and repost to win a bag',
    'Giveaway! Just repost this',
    'RT for a chance to win',
    'Win a grinder: like this and tell a friend',
  ])('are warned of: %s', (text) => {
    expect(found(text).map(([rule, level]) => [rule, level])).toEqual([['pay_to_engage', 'warn']]);
  });

  test.each(['We like to win', 'Follow us for more', 'Please repost', 'The winners are here'])(
    'are not in: %s',
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );

  test('are looked for in a hostile text of the largest size', () => {
    expect(found(`win a${' '.repeat(24_000)}`)).toEqual([]);
    expect(found('follow '.repeat(3_500))).toEqual([]);
  });
});

describe('media made with AI', () => {
  const withFile = (madeWithAi: boolean, isLabelled: boolean): Partial<Judging> => ({
    post: aPost({ parts: [aPart({ text: 'Look', mediaIds: [mediaId] })], madeWithAi: isLabelled }),
    media: new Map([[mediaId, { ...aMedia(), madeWithAi }]]),
  });

  test('need the label', () => {
    expect(found('Look', withFile(true, false))).toEqual([['unlabelled_ai_media', 'block', null]]);
    expect(found('Look', withFile(true, true))).toEqual([]);
    expect(found('Look', withFile(false, false))).toEqual([]);
  });
});

test('what blocks comes first, and there is an end to it', () => {
  const said = { settings: { ...defaultSettings, linkPolicy: 'block' as const }, links: [[{ start: 0, end: 1 }]] };
  const findings = judge(judging('@someone '.repeat(100), said));
  expect(findings[0]?.level).toBe('block');
  expect(findings).toHaveLength(mostFindings);
});
