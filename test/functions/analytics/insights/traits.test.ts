import { describe, expect, test } from 'vitest';
import { InsightAnswer } from '#functions/analytics/domain/insight.ts';
import { traits } from '#functions/analytics/insights/traits.ts';
import { accountId, after, campaignId, type Life, life, seeds, share, shuffled } from './simulated.ts';

const options = {
  subject: { type: 'account', accountId: accountId(1) },
  metric: 'engagements',
  timeZone: 'UTC',
  now: after(26),
} as const;

/** The lifts that were found, by trait and level, such as `media=video`. */
const foundIn = (answer: InsightAnswer): Map<string, number> =>
  new Map(
    answer.outcome === 'found'
      ? answer.insights.flatMap(({ details }) =>
          details.kind === 'trait' ? [[`${details.trait}=${details.level}`, details.lift]] : [],
        )
      : [],
  );

describe('planted effects', () => {
  const planted: Life['effect'] = ({ at, format }) =>
    (format.media === 'video' ? Math.log(2) : 0) +
    (format.hasLink ? Math.log(0.6) : 0) +
    (at.getUTCHours() === 18 ? Math.log(2) : 0);

  // In 50 accounts: video 92 %, link 100 %, hour 94 %.
  test('of media, link and hour are found in more than 80 % of 20 restless accounts, with about their size', () => {
    const found = seeds(20, 'planted').map((seed) => foundIn(traits(life({ seed, effect: planted }), options)));
    for (const trait of ['media=video', 'link=yes', 'hour_band=18:00 to 21:00']) {
      expect(share(found, (each) => each.has(trait))).toBeGreaterThan(0.8);
    }
    const lifts = found.flatMap((each) => each.get('link=yes') ?? []);
    expect(lifts.reduce((sum, each) => sum + each, 0) / lifts.length).toBeCloseTo(-0.4, 1);
    const others = found.flatMap((each) => [...each.keys()].filter((key) => !/^(media|link|hour_band)=/.test(key)));
    expect(others.length / found.length).toBeLessThanOrEqual(0.06);
  });

  test('are reported as an association, with interval, count and share of the top posts', () => {
    const posts = life({ seed: 'told', noise: 'calm', effect: planted });
    const answer = InsightAnswer.parse(traits(posts, options));
    expect(answer.outcome).toBe('found');
    if (answer.outcome !== 'found') return;
    const video = answer.insights.find(({ details }) => details.kind === 'trait' && details.level === 'video');
    expect(video?.statement).toMatch(/^Posts with a video got about \d+% more engagements than comparable posts/);
    expect(video?.statement).toMatch(/, corrected for \d+ comparisons; /);
    expect(video?.statement).toContain('an association, not proof of a cause');
    const details = video?.details.kind === 'trait' ? video.details : undefined;
    expect(details?.shareOfTop).toBeGreaterThan(details?.shareOfOthers ?? 1);
    const videos = new Set(posts.filter(({ format }) => format?.media === 'video').map(({ postId }) => postId));
    expect(details?.withTrait).toBe(videos.size);
    expect(details?.low).toBeGreaterThan(0);
    expect(video?.evidence.postIds).toHaveLength(20);
    expect(video?.evidence.postIds.every((id) => videos.has(id))).toBe(true);
  });

  test('of a campaign are found across its accounts', () => {
    const effect: Life['effect'] = ({ format }) => (format.hasPoll ? 1.2 : 0);
    const posts = [1, 2, 3].flatMap((account) => life({ seed: `of ${account}`, account, weeks: 13, effect }));
    const ours = posts.map((post) => ({ ...post, campaignId }));
    const campaign = { ...options, subject: { type: 'campaign' as const, campaignId } };
    expect([...foundIn(traits(ours, campaign)).keys()]).toEqual(['poll=yes']);
    expect(traits(posts, campaign).outcome).toBe('not_enough_data');
  });
});

describe('noise', () => {
  // Of 200 accounts 3.5 %.
  test('invents a trait for at most 5 % of 40 restless accounts', () => {
    const outcomes = seeds(40, 'noise').map((seed) => traits(life({ seed, weeks: 13, perDay: 2 }), options).outcome);
    expect(outcomes).not.toContain('not_enough_data');
    expect(share(outcomes, (outcome) => outcome === 'found')).toBeLessThanOrEqual(0.05);
  });

  test('does not make videos look better if an account grows tenfold while it turns to videos', () => {
    const found = seeds(15, 'growth').map((seed) => {
      const posts = life({ seed, noise: 'calm', effect: ({ week }) => (week / 26) * Math.log(10) });
      const turned = posts.map((post, place) => {
        const isVideo = (place * 7919) % posts.length < place;
        return {
          ...post,
          format: post.format && { ...post.format, media: isVideo ? ('video' as const) : ('none' as const) },
        };
      });
      return foundIn(traits(turned, options));
    });
    expect(share(found, (each) => each.has('media=video'))).toBeLessThanOrEqual(0.1);
  });
});

describe('questions', () => {
  test('that divide the posts in the same way are asked once', () => {
    const posts = life({
      seed: 'mirror',
      noise: 'calm',
      effect: ({ format }) => (format.weightedLength > 200 ? 1 : 0),
    });
    const twoLengths = posts.map((post) => ({
      ...post,
      format: post.format && { ...post.format, weightedLength: post.format.weightedLength > 200 ? 250 : 50 },
    }));
    const keys = [...foundIn(traits(twoLengths, options)).keys()];
    expect(keys).toEqual(['length=short']);
  });

  test('about formats are not asked if formats are unknown, but those about times are', () => {
    const posts = life({ seed: 'unknown', noise: 'calm', effect: ({ at }) => (at.getUTCHours() === 18 ? 1 : 0) });
    const unknown = posts.map((post) => ({ ...post, format: null }));
    const keys = [...foundIn(traits(unknown, options)).keys()];
    expect(keys).toContain('hour_band=18:00 to 21:00');
    expect(keys.every((key) => key.startsWith('hour_band'))).toBe(true);
  });

  test('do not depend on post order or repeated posts', () => {
    const posts = life({ seed: 'order', noise: 'calm', effect: ({ format }) => (format.hasLink ? -1 : 0) });
    const expected = traits(posts, options);
    expect(expected.outcome).toBe('found');
    expect(traits(shuffled([...posts, ...posts.slice(9)], 'x'), options)).toEqual(expected);
  });

  test('are answered with what is needed if there is no data, and with nothing_found if there is only noise', () => {
    const none = InsightAnswer.parse(traits([], options));
    expect(none.outcome).toBe('not_enough_data');
    expect('statement' in none && none.statement).toContain(
      'at least 40 posts over 28 days, at least three days old. Available: 0 posts',
    );
    const noise = InsightAnswer.parse(traits(life({ seed: 'noise 1', weeks: 6 }), options));
    expect(noise.outcome).toBe('nothing_found');
    expect('method' in noise && noise.method.source).toContain('van Elteren');
  });
});
