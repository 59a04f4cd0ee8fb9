import { describe, expect, test } from 'vitest';
import { defaultSettings } from '#events/users.ts';
import { judge, type Judging, rules, type Similarity } from '#functions/posts/checks/rules.ts';
import { maxFindings, RuleId } from '#functions/posts/domain/policy.ts';
import { aMedia, aPart, aPost, mediaId, otherAccountId } from '../samples.ts';

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
/** Rule, level and flagged text of each finding. */
const found = (text: string, said: Partial<Judging> = {}) =>
  judge(judging(text, said)).map(({ rule, level, start, end }) => [
    rule,
    level,
    start === null || end === null ? null : text.slice(start, end),
  ]);

test('each rule is defined once and cites its source at X', () => {
  expect(rules.map(({ id }) => id).sort()).toEqual([...RuleId.options].sort());
  for (const { source } of rules) expect(source).toMatch(/^X /);
});

test('a plain text has no findings', () => {
  expect(found('Our autumn roast is here: plum, cocoa and a long finish.')).toEqual([]);
});

describe('repeated words', () => {
  const like = (said: Partial<Similarity> = {}): Partial<Judging> => ({
    likenesses: [{ part: 0, kind: 'verbatim', isLong: false, other, apartMs: dayMs, ...said }],
  });
  test.each([
    ['again on the account while X refuses it', like({ apartMs: dayMs / 2 }), ['repeated_on_account', 'block']],
    ['again on the account within a week', like({ apartMs: dayMs / 2 + 1 }), ['repeated_on_account', 'warn']],
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
  ])('are judged by likeness, account and time apart: %s', (_, said, expected) => {
    expect(found('Hello', said)).toEqual(expected === undefined ? [] : [[...expected, 'Hello']]);
  });

  const threadOf = (last: string) => ({ post: aPost({ parts: [aPart({ text: 'New' }), aPart({ text: last })] }) });
  test.each([
    ['on the account, within hours', like({ part: 1, apartMs: 0 }), 'repeated_on_account'],
    ['on the account, within a week', like({ part: 1, apartMs: 6 * dayMs }), 'repeated_on_account'],
    ['nearly', like({ part: 1, kind: 'near', isLong: true }), 'nearly_repeated_on_account'],
    ['on another account', like({ part: 1, other: elsewhere }), 'duplicated_across_accounts'],
    ['nearly, on another account', like({ part: 1, kind: 'near', other: elsewhere }), 'duplicated_across_accounts'],
  ])('after the first part of a thread only warn: %s', (_, said, rule) => {
    const findings = judge(judging('', { ...said, ...threadOf('Follow us for more!') }));
    expect(findings).toMatchObject([{ rule, level: 'warn', part: 1 }]);
  });

  test('on another account give a finding that names that account and post', () => {
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
  ] as const)('follow the link policy of the workspace: %s', (linkPolicy, expected) => {
    expect(found('Read example.com/a', link(linkPolicy))).toEqual(expected);
  });

  test.each([
    ['https://bit.ly/3abc', 'https://bit.ly/3abc'],
    ['amzn.to/xyz', 'amzn.to/xyz'],
    ['https://example.com/bit.ly', undefined],
    ['https://example.com/?from=bit.ly/3abc', undefined],
    ['https://linktr.ee/acme', undefined],
    ['habit.ly/x', undefined],
  ])('warn of a hidden target only when they use a link shortener: %s', (text, hidden) => {
    expect(found(text)).toEqual(hidden === undefined ? [] : [['hidden_link_target', 'warn', hidden]]);
  });
});

describe('paid promotion', () => {
  test.each([
    ['Try our friends’ beans #ad', '#ad'],
    ['#Sponsored: new mugs', '#Sponsored'],
    ['Ad: new mugs', 'Ad'],
    ['A paid partnership with Mug & Co', 'paid partnership'],
    ['This post is sponsored by Mug & Co', 'sponsored by'],
    ['Holds affiliate links', 'affiliate links'],
    ['[Anzeige] Neue Tassen', 'Anzeige'],
    ['Werbung | Neue Tassen', 'Werbung'],
    ['In bezahlter Partnerschaft mit Tasse & Co', 'bezahlter Partnerschaft'],
    ['Enthält bezahlte Werbung', 'bezahlte Werbung'],
  ])('is warned of without the label, and passes with it: %s', (text, said) => {
    expect(found(text)).toEqual([['undisclosed_promotion', 'warn', said]]);
    const post = aPost({ parts: [aPart({ text })], paidPartnership: true });
    expect(found(text, { post })).toEqual([]);
  });

  test.each([
    '#adventure awaits',
    'We were sponsored once',
    'The match is sponsored by Mug & Co',
    'How do affiliate links work?',
    'Our affiliate program is open',
    'Five tips for #ads on X',
    'Meet our #partner',
    'How to write a sponsored post',
    'What a paid partnership label means',
    'Bezahlte Werbung wirkt',
    'Unsere Werbung läuft heute',
  ])('is not found where it is only talked about: %s', (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe('prizes for follows, reposts and likes', () => {
  test.each([
    'Follow us and repost to win a bag',
    'Retweet to win a prize',
    'RT for a chance to win',
    'Follow + RT to win!',
    'Like & retweet for a chance to win $50',
    'Like, comment and share to win',
    'Like this post to win',
    'Follow @acme and RT to win tickets',
    'Follow and like to enter our giveaway',
    'Repost this post to be entered into our raffle',
    'Please retweet to be entered',
    'Follow us and get 10% off',
    'Share this tweet and get free shipping',
    'Giveaway! Just repost this',
    '🎉 GIVEAWAY 🎉 Follow us, like and repost this post',
    'HUGE GIVEAWAY!\nTo enter:\n1. Follow us\n2. Repost this',
    'Win a grinder: like this and tell a friend',
    'Want to win a bag? Repost this!',
    'To enter, follow us and repost',
    'How to enter: follow @acme and like this post',
    'For a chance to win two tickets, follow us and repost',
    'We will draw a winner from everyone who reposts this',
    'Everyone who follows us gets a free coffee',
    'Get $1 for every retweet',
    'Like + Follow + RT = a chance to win',
    'Enter our giveaway by following us and reposting',
    'Win a bag by retweeting this post',
    'All you have to do to win is follow us',
    'We’re giving away 3 bags! Follow us and repost.',
    'Folgt uns und gewinnt',
    'Folgt uns und teilt diesen Beitrag, um eine Tasse zu gewinnen',
    'Teile diesen Post und gewinne eine Mühle',
    'Liken und teilen und mit etwas Glück ein Päckchen Kaffee gewinnen',
    'Gewinnspiel! Folgt uns und repostet diesen Beitrag',
    'Um teilzunehmen, folgt uns und liked diesen Post',
    'Wir verlosen drei Tassen unter allen, die uns folgen',
  ])('are warned of: %s', (text) => {
    expect(found(text).map(([rule, level]) => [rule, level])).toEqual([['pay_to_engage', 'warn']]);
  });

  test.each([
    'Follow our live blog as Germany win the cup',
    'Follow along as Germany win the cup',
    'Follow the race to win the title',
    'Follow us as we try to win the cup',
    'Follow Germany to win the Harness Cup',
    'Follow us and see Germany win',
    'Follow us live: Germany want to win',
    'A chance to win the league: follow our live blog',
    'Retweet if you want Germany to win',
    'Want to win the game? Follow us.',
    'We like to win',
    'Like many of you, we want to win',
    'Games like this win titles',
    'Like our raffle last year, this one is for charity',
    'Follow us for more',
    'Please repost',
    'The winners are here',
    'Thanks for the RTs, we won the prize!',
    'The giveaway is over. Follow us for news.',
    'We had a giveaway! Thanks to all',
    'Follow the link to enter our giveaway',
    'Follow us to enter the context of coffee',
    'Win a day in the sun! Follow us for tips.',
    'Want to win more customers? Follow our guide.',
    'Share to win hearts and minds',
    'Share this to take part in the debate',
    'Retweets do not win elections',
    'We donate $1 for every retweet',
    'Everyone who likes coffee gets up early',
    'Folgt unserem Liveblog, wie Deutschland den Pokal gewinnt',
    'Wir folgen dem Plan und gewinnen Zeit',
    'Das Gewinnspiel ist vorbei. Folgt uns für Neues.',
    'Teilt diesen Beitrag',
    'Wer teilt, gewinnt',
    'They win games by following our plan',
    'Germany win by sharing the ball',
    'Who will win? Like for Germany, RT for France',
    'RT if you think they win',
    'Follow through and win the sale',
    'Like it or not, they win',
    'Follow us to see who wins a prize',
  ])('are not found in: %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  test.each(['follow ', 'follow, ', 'giveaway! ', 'a chance to win ', 'everyone who ', 'folgt uns und ', '!', '.\n'])(
    'are not found in a hostile text of the maximum size: %j',
    (piece) => {
      expect(found(piece.repeat(Math.floor(25_000 / piece.length)))).toEqual([]);
      expect(found(`win a${' '.repeat(24_000)}`)).toEqual([]);
    },
  );
});

describe('media made with AI', () => {
  const withFile = (madeWithAi: boolean, isLabelled: boolean): Partial<Judging> => ({
    post: aPost({ parts: [aPart({ text: 'Look', mediaIds: [mediaId] })], madeWithAi: isLabelled }),
    media: new Map([[mediaId, { ...aMedia(), madeWithAi }]]),
  });

  test('block a post that does not carry the AI label', () => {
    expect(found('Look', withFile(true, false))).toEqual([['unlabelled_ai_media', 'block', null]]);
    expect(found('Look', withFile(true, true))).toEqual([]);
    expect(found('Look', withFile(false, false))).toEqual([]);
  });
});

test('blocking findings come first, and the number of findings is limited', () => {
  const said = { settings: { ...defaultSettings, linkPolicy: 'block' as const }, links: [[{ start: 0, end: 1 }]] };
  const findings = judge(judging('@someone '.repeat(100), said));
  expect(findings[0]?.level).toBe('block');
  expect(findings).toHaveLength(maxFindings);
});
