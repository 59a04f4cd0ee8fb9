import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { engagementsOf, reachOf } from '#infra/local/x-sandbox/metrics.ts';
import { at, call, connect, control, post, sandboxForTest } from './support.ts';

const DAY = 86_400_000;

describe('reach', () => {
  test('depends only on the post and its age, and never falls', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 18n), fc.boolean(), fc.nat(100 * DAY), fc.nat(DAY), (id, hasUrl, age, more) => {
        const subject = { id: id.toString(), hasUrl };
        const [before, after] = [reachOf(subject, age), reachOf(subject, age + more)];
        expect(reachOf(subject, age)).toEqual(before);
        const grown = Object.values(after);
        for (const [index, value] of Object.values(before).entries()) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(grown[index]).toBeGreaterThanOrEqual(Number(value));
        }
        expect(engagementsOf(after)).toBeGreaterThanOrEqual(engagementsOf(before));
      }),
    );
  });

  test('starts at zero, grows within seconds to thousands after days, and has clicks only on links', () => {
    const subject = { id: '1880000000000000000', hasUrl: false };
    expect(reachOf(subject, 0).impressions).toBe(0);
    expect(reachOf(subject, 5000).impressions).toBeGreaterThan(0);
    const old = reachOf(subject, 3 * DAY);
    expect(old.impressions).toBeGreaterThan(1500);
    expect(old.impressions).toBeLessThan(20_001);
    expect(old.likes).toBeLessThan(old.impressions);
    expect([old.urlClicks, reachOf({ ...subject, hasUrl: true }, 3 * DAY).urlClicks > 0]).toEqual([0, true]);
  });
});

test('a given reach determines the impressions', () => {
  const subject = { id: '1880000000000000000', hasUrl: false };
  expect(reachOf({ ...subject, reach: 50 }, 30 * DAY).impressions).toBe(50);
  expect(reachOf({ ...subject, reach: 0 }, 30 * DAY)).toMatchObject({ impressions: 0, likes: 0 });
});

describe('metrics over the API', () => {
  async function published() {
    const sandbox = await sandboxForTest();
    const { access_token: token } = await connect(sandbox);
    const { id } = await post(sandbox, token, 'see https://example.com');
    await control(sandbox, 'POST', 'clock', { advanceMs: 3_600_000 });
    const path = `/2/tweets?ids=${id}&tweet.fields=public_metrics,non_public_metrics,organic_metrics`;
    return { sandbox, token, id, path };
  }

  test('can be set by a word in the text of a post', async () => {
    const sandbox = await sandboxForTest();
    await control(sandbox, 'PATCH', 'settings', { reach: { '#planted': 1_000_000 } });
    const { access_token: token } = await connect(sandbox);
    const [planted, plain] = [await post(sandbox, token, 'Seen by all #planted'), await post(sandbox, token, 'Plain')];
    await control(sandbox, 'POST', 'clock', { advanceMs: 3_600_000 });
    const path = `/2/tweets?ids=${planted.id},${plain.id}&tweet.fields=public_metrics`;
    const { json } = await call(sandbox, token, 'GET', path);
    expect(at(json, 'data', 0, 'public_metrics', 'impression_count')).toBeGreaterThan(200_000);
    expect(at(json, 'data', 1, 'public_metrics', 'impression_count')).toBeLessThan(20_001);
  });

  test('include private ones for the author, which agree with the public ones', async () => {
    const { sandbox, token, path } = await published();
    const found = at((await call(sandbox, token, 'GET', path)).json, 'data', 0);
    const impressions = at(found, 'public_metrics', 'impression_count');
    expect(impressions).toBeGreaterThan(0);
    const Private = z.strictObject({
      impression_count: z.literal(Number(impressions)),
      url_link_clicks: z.int(),
      user_profile_clicks: z.int(),
      engagements: z.int().min(1),
    });
    expect(Private.safeParse(at(found, 'non_public_metrics')).error).toBeUndefined();
    expect(at(found, 'organic_metrics', 'like_count')).toBe(at(found, 'public_metrics', 'like_count'));
  });

  test('are only public ones for another account, with an error for each private field', async () => {
    const { sandbox, id, path } = await published();
    const other = await connect(sandbox, 'acme_premium');
    const answer = await call(sandbox, other.access_token, 'GET', path);
    expect(answer.status).toBe(200);
    expect(at(answer.json, 'data', 0)).toHaveProperty('public_metrics');
    expect(at(answer.json, 'data', 0)).not.toHaveProperty('non_public_metrics');
    expect(at(answer.json, 'errors', 0)).toMatchObject({
      field: 'non_public_metrics',
      resource_id: id,
      type: 'https://api.x.com/2/problems/not-authorized-for-field',
    });
    expect(at(answer.json, 'errors', 1, 'field')).toBe('organic_metrics');
  });

  test('no longer include private ones after 30 days, even for the author', async () => {
    const { sandbox, path } = await published();
    await control(sandbox, 'POST', 'clock', { advanceMs: 30 * DAY });
    const { access_token: token } = await connect(sandbox);
    const answer = await call(sandbox, token, 'GET', path);
    expect(at(answer.json, 'errors', 0, 'type')).toBe('https://api.x.com/2/problems/field-unauthorized');
    expect(at(answer.json, 'data', 0)).not.toHaveProperty('non_public_metrics');
  });
});

describe('analytics', () => {
  test('returns hours that add up to the total of the span', async () => {
    const sandbox = await sandboxForTest();
    const { access_token: token } = await connect(sandbox);
    const { id } = await post(sandbox, token, 'hello');
    const start = new Date(Date.now() - 60_000).toISOString();
    await control(sandbox, 'POST', 'clock', { advanceMs: 7_000_000 });
    const end = new Date(Date.now() + 6_900_000).toISOString();
    const path = `/2/tweets/analytics?ids=${id}&start_time=${start}&end_time=${end}&analytics.fields=impressions,likes`;
    const total = at((await call(sandbox, token, 'GET', path)).json, 'data', 0);
    const hourly = at(
      (await call(sandbox, token, 'GET', `${path}&granularity=hourly`)).json,
      'data',
      0,
      'timestamped_metrics',
    );
    const sum = Array.isArray(hourly)
      ? hourly.reduce((n: number, hour) => n + Number(at(hour, 'metrics', 'impressions')), 0)
      : NaN;
    expect(sum).toBe(at(total, 'impressions'));
    expect(sum).toBeGreaterThan(0);
  });

  test('refuses posts of others and rejects an invalid span', async () => {
    const sandbox = await sandboxForTest();
    const [mine, other] = [await connect(sandbox), await connect(sandbox, 'acme_premium')];
    const { id } = await post(sandbox, other.access_token, 'hello');
    const get = (query: string) => call(sandbox, mine.access_token, 'GET', `/2/tweets/analytics?ids=${id}&${query}`);
    const span = 'start_time=2026-01-01T00:00:00Z&end_time=2026-01-02T00:00:00Z';
    expect(at((await get(span)).json, 'errors', 0, 'title')).toBe('Authorization Error');
    for (const query of [
      '',
      'start_time=2026-01-02T00:00:00Z&end_time=2026-01-01T00:00:00Z',
      `${span}&granularity=minutely`,
    ]) {
      expect((await get(query)).status).toBe(400);
    }
  });
});
