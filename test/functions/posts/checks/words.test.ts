import fc from 'fast-check';
import { expect, test } from 'vitest';
import { payToEngage, promotion, shorteners } from '#functions/posts/checks/words.ts';

const acts = [
  ...['follow us', 'repost this post', 're-tweet', 'rt', 'quote this', 'share this', 'like this post', 'comment below'],
  ...['reply', 'tag a friend', 'folge uns', 'reposte diesen Beitrag', 'like diesen Post', 'teilt dieses Video'],
  ...['kommentiert', 'markiere einen Freund'],
];
const joints = [', ', ' and ', ' & ', ' + ', ' und ', ', then '];
const purposes = [
  ...[' to win a bike', ' and win', ' for a chance to win', ' for your chance of winning', ' to be entered'],
  ...[
    ' to enter',
    ' to participate in our giveaway',
    ' to get a free bike',
    ' and receive 20 % off',
    ' to claim your prize',
  ],
  ...[
    ' and get $50',
    ' und gewinne',
    ' und gewinnt',
    ', um zu gewinnen',
    ' um teilzunehmen',
    ' für die Chance auf',
    '',
  ],
];
const offers = [
  ...['', '', 'Giveaway! ', 'Prize draw: ', 'Win a bike! ', 'To enter: ', 'For a chance to win: ', 'How to win: '],
  ...['We are giving away one bike. ', 'Gewinnspiel! ', 'Um teilzunehmen: ', 'Gewinne eine Reise: ', 'Zum Mitmachen: '],
];
const others = [
  ...['Winners will be drawn from all who follow us', 'Everyone who shares this post gets a free bike'],
  ...['Win a bike by following us', 'All you have to do to win is follow us', 'Earn $5 for every follow'],
  ...['Wir verlosen unter allen, die uns folgen'],
];

/** Texts that the rule matches, and some that it just misses. */
const texts = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...offers),
      fc.array(fc.tuple(fc.constantFrom(...acts), fc.constantFrom(...joints)), { minLength: 1, maxLength: 3 }),
      fc.constantFrom(...purposes),
      fc.constantFrom('', '!', '.', ' now'),
    )
    .map(([offer, list, purpose, end]) => {
      const all = list.flat().slice(0, -1).join('');
      return `${offer}${all.charAt(0).toUpperCase()}${all.slice(1)}${purpose}${end}`;
    }),
  fc.constantFrom(...others),
);

test.each([
  'Follow us and repost to win a bike!',
  'Giveaway! RT + follow',
  'Follow @acme & like this post for a chance to win',
  'Reposte und gewinne eine Reise',
  'Gewinnspiel: Folgt uns und teilt diesen Beitrag',
  'Winners will be drawn from all who follow us',
  'Get $5 for every follow',
  'Wir verlosen unter allen, die uns folgen',
])('%s passes the quick check and matches the pay-to-engage rule', (text) => {
  expect(text.match(payToEngage.pattern())).not.toBeNull();
  expect(payToEngage.mayBeIn(text)).toBe(true);
});

test('the quick check misses nothing that the pay-to-engage rule finds', () => {
  let found = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const [first] = text.match(payToEngage.pattern()) ?? [];
      if (first === undefined) return;
      found += 1;
      // The match alone: words around it could pass the quick check.
      expect(payToEngage.mayBeIn(first)).toBe(true);
    }),
    { numRuns: 2_000, seed: 7 },
  );
  expect(found).toBeGreaterThan(500);
});

test.each(['Our new espresso machine is here.', 'Meet us in Berlin on Monday: example.com/events'])(
  'the quick check alone rules out "%s"',
  (text) => {
    expect(payToEngage.mayBeIn(text)).toBe(false);
  },
);

const marks = [
  '#Ad',
  '#sponsoredpost',
  '#paidPartnership',
  'Ad:',
  'SPONSORED |',
  'anzeige)',
  '#ſponsored',
  'bit.ly/a',
  't.ly/b',
];
const phrases = [
  'a paid partnership with Acme',
  'This post is sponsored by Acme',
  'holds affiliate links',
  'is an affiliate link',
];
const german = [
  'bezahlte Kooperation mit Acme',
  'enthält bezahlte Werbung',
  'enthält Affiliate-Links',
  '#Anzeige',
  '#bezahltewerbung',
];

test('the quick checks miss no promotion mark and no shortened link', () => {
  const said = fc.array(fc.constantFrom(...marks, ...phrases, ...german, 'New mugs', 'are here'), {
    minLength: 1,
    maxLength: 5,
  });
  let found = 0;
  fc.assert(
    fc.property(said, fc.constantFrom(' ', '\n', ' ('), (words, blank) => {
      for (const { pattern, mayBeIn } of [promotion, shorteners]) {
        for (const first of words.join(blank).match(pattern()) ?? []) {
          found += 1;
          expect(mayBeIn(first)).toBe(true);
        }
      }
    }),
    { numRuns: 500, seed: 7 },
  );
  expect(found).toBeGreaterThan(500);
});
