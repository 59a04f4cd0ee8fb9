import type { PostMetrics } from '#events/analytics.ts';
import { reachOf, weigh } from '#infra/local/x-sandbox/metrics.ts';
import { dayMs, hourMs } from '#shared/time.ts';

/** A post with planted, and so known, metrics. */
export interface PlantedPost {
  xPostId: string;
  /** The index of its account: 0 has an effect of the hour, 1 of images, 2 of variants, and an anomaly. */
  account: number;
  publishedAt: number;
  /** Its final number of impressions. */
  reach: number;
  hasImage: boolean;
  variant: 'a' | 'b';
}

/** The hour at which posts of account 0 do better, and the factor of each effect. */
export const bestHour = 18;
const effects = { hour: 3, image: 2, variant: 2, anomaly: 0.02 };

/** The days before today on which account 2 does badly: two in a row. */
export const anomalyDays = [6, 5];

/** The month for which X still returns clicks, in days before today, and the hours of its posts: 200 per account. */
const month = { from: 28, to: 4, hours: [0, 3, 6, 9, 12, 15, 18, 21] };

/** The nine weeks before, which only establish what is usual. */
const history = { from: 92, to: 29, hours: [6, 12, 18] };

/** Depends only on the id, so that every run plants the same. */
const normal = (id: string): number =>
  Math.sqrt(-2 * Math.log(1 - weigh(id, 'noise'))) * Math.cos(2 * Math.PI * weigh(id, 'angle'));

const plant = (account: number, today: number, { from, to, hours }: typeof month, isPast: boolean): PlantedPost[] =>
  Array.from({ length: from - to + 1 }, (_, place) => from - place).flatMap((daysAgo) =>
    hours.map((hour, place) => {
      const xPostId = String(7_000_000_000 + account * 100_000 + (isPast ? 50_000 : 0) + (from - daysAgo) * 10 + place);
      const hasImage = weigh(xPostId, 'image') < 0.4;
      const variant = weigh(xPostId, 'variant') < 0.5 ? 'a' : 'b';
      const factor =
        (account === 0 && hour === bestHour ? effects.hour : 1) *
        (account === 1 && hasImage && !isPast ? effects.image : 1) *
        (account === 2 && variant === 'b' && !isPast ? effects.variant : 1) *
        (account === 2 && anomalyDays.includes(daysAgo) ? effects.anomaly : 1);
      return {
        ...{ xPostId, account, hasImage, variant },
        publishedAt: today - daysAgo * dayMs + hour * hourMs,
        reach: Math.round(8_000 * factor * Math.exp(0.25 * normal(xPostId))),
      };
    }),
  );

/** A month of 600 posts of three accounts, and its history. @param today start of a UTC day, in ms since the epoch */
export const plantedMonth = (today: number) => ({
  posts: [0, 1, 2].flatMap((account) => plant(account, today, month, false)),
  history: [0, 1, 2].flatMap((account) => plant(account, today, history, true)),
});

/** The metrics of a post at an age, as the sandbox counts them. */
export const metricsAt = ({ xPostId, reach }: PlantedPost, ageMs: number): PostMetrics => {
  const { detailExpands: _, follows: __, ...counters } = reachOf({ id: xPostId, hasUrl: false, reach }, ageMs);
  return counters;
};
