import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mayPayToEngage, payToEngage } from '#functions/posts/checks/words.ts';

const vocabulary = (
  'follow us repost re-tweet rt quote share like this comment below reply tag a friend two friends to win and for a chance ' +
  'of winning at have get stand be entered enter participate in our giveaway raffle prize draw sweepstakes contest receive ' +
  'earn claim free 20 % off reward $50 €5 win tickets how we are giving away winners from all everyone who follows likes ' +
  'shares will gets wins receives an by following liking reposting sharing quoting you have do is pay per every the post ' +
  'folge folgt uns reposte teile like kommentiert markiere einen freund und gewinne gewinnt um zu gewinnen teilzunehmen ' +
  'für die chance auf gewinnspiel verlosung zum mitmachen so nehmt ihr teil teilnahme eine zwei unter allen die folgen liken'
).split(' ');
const joints = [' ', ', ', ' and ', '! ', ': ', '\n', '. ', ' & ', ' + '];

/** Texts of the words that the rule knows, in an order of their own. */
const texts = fc
  .array(fc.tuple(fc.constantFrom(...vocabulary), fc.constantFrom(...joints)), { minLength: 2, maxLength: 14 })
  .map((pieces) => pieces.flat().join(''));

test.each([
  'Follow us and repost to win a bike!',
  'Giveaway! RT + follow',
  'Follow @acme & like this post for a chance to win',
  'Reposte und gewinne eine Reise',
  'Gewinnspiel: Folgt uns und teilt diesen Beitrag',
  'Winners will be drawn from all who follow us',
  'Get $5 for every follow',
  'Wir verlosen unter allen, die uns folgen',
])('%s is looked at by the rule', (text) => {
  expect(text.match(payToEngage)).not.toBeNull();
  expect(mayPayToEngage(text)).toBe(true);
});

test('nothing that the rule finds is missed by the look before it', () => {
  let found = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const [first] = text.match(payToEngage) ?? [];
      if (first === undefined) return;
      found += 1;
      // The match by itself: words around it prove nothing.
      expect(mayPayToEngage(first)).toBe(true);
    }),
    { numRuns: 20_000, seed: 7 },
  );
  expect(found).toBeGreaterThan(100);
});

test.each(['Our new espresso machine is here.', 'Meet us in Berlin on Monday: example.com/events'])(
  'of "%s" it is known without the rule',
  (text) => {
    expect(mayPayToEngage(text)).toBe(false);
  },
);
