import { expect, test } from 'vitest';
import { Experiment } from '#functions/campaigns/domain/experiment.ts';

const [a, b] = [
  { key: 'a', name: 'As always' },
  { key: 'b', name: 'With a question' },
];
const given = { variants: [a, b], control: 'a', metric: 'impressions', seed: 'seed' };

test('an experiment gets default values for what it omits', () => {
  expect(Experiment.parse(given)).toEqual({
    ...given,
    maturityHours: 72,
    alpha: 0.05,
    worthwhileLift: 0.2,
    guardMetrics: [],
    signedOff: null,
  });
});

test.each([
  ['one variant', { variants: [a] }, 'variants'],
  ['six variants', { variants: ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => ({ key, name: key })) }, 'variants'],
  ['a key twice', { variants: [a, { ...b, key: 'a' }] }, 'variants'],
  ['a control that is no variant', { control: 'c' }, 'control'],
  ['an alpha that forbids nothing', { alpha: 1 }, 'alpha'],
  ['a metric that X takes back before it is counted', { maturityHours: 30 * 24 }, 'maturityHours'],
  ['no time to ripen', { maturityHours: 0 }, 'maturityHours'],
  ['a metric that guards itself', { guardMetrics: ['impressions'] }, 'guardMetrics'],
  ['a guard twice', { guardMetrics: ['likes', 'likes'] }, 'guardMetrics'],
  ['a metric that no post has', { metric: 'follows' }, 'metric'],
  ['no seed', { seed: '' }, 'seed'],
])('an experiment with %s is rejected, naming the field', (_, change, field) => {
  const { error } = Experiment.safeParse({ ...given, ...change });
  expect(error?.issues.map(({ path }) => path[0])).toContain(field);
});
