import { describe, expect, test } from 'vitest';
import { directionOf, visualOrder } from '#functions/analytics/reports/rendering/bidi.ts';

/** The characters of a line as they are displayed, from left to right. */
const seen = (line: string, base = directionOf(line)): string =>
  visualOrder(line, base)
    .map(({ text, direction }) => (direction === 'rtl' ? Array.from(text).toReversed().join('') : text))
    .join('');

// Hebrew stands for all right-to-left scripts: א ב ג are the first letters, so that אב is seen as בא.
describe('a line with right-to-left text is displayed in order', () => {
  test.each([
    ['no such letter', 'Tea 20% (now)', 'Tea 20% (now)'],
    ['only such words', 'אב גד', 'דג בא'],
    ['Arabic words', 'متجر الشاي', 'ياشلا رجتم'],
    ['such words within others', 'Tea אב גד today', 'Tea דג בא today'],
    ['others within such words', 'אב Tea shop גד', 'דג Tea shop בא'],
    ['numbers and their signs', 'אב 20% ל-3 גד!', '!דג 3-ל 20% בא'],
    ['an amount', 'אב ₪1,250.50 גד', 'דג ₪1,250.50 בא'],
    ['brackets', 'אב (גד)', '(דג) בא'],
    ['a number after a latin word', 'Top 10 אב', 'Top 10 בא'],
    ['an end that belongs to the paragraph', 'Hello אב!', 'Hello בא!'],
    ['vowel signs', 'אָב Tea', 'Tea בָא'],
  ])('%s', (_, line, order) => {
    expect(seen(line).normalize('NFC')).toBe(order.normalize('NFC'));
  });

  test('in the direction of its paragraph, even if the line begins in the other one', () => {
    expect(seen('Tea אב', 'rtl')).toBe('בא Tea');
    expect(seen('אב Tea', 'ltr')).toBe('בא Tea');
  });
});
