import { mean, sum } from 'simple-statistics';

/** Length of the season of daily totals, in days. */
const weekDays = 7;

/**
 * A weekday is forecast by the mean of its last one, two or four values. A single one (seasonal naive) follows a change
 * immediately, but takes a lucky week for the new level, which distorts every probability derived from it.
 */
const weeksAveraged = [1, 2, 4] as const;
const firstOrigin = 4 * weekDays;

/** A forecast of the sum over some days, and how wrong such forecasts were in the past. */
export interface SumForecast {
  expected: number;
  /** Actual minus forecast for each past day on which it could have been made, ascending. */
  errors: readonly number[];
  /** The number of averaged weeks with the smallest past errors. */
  weeks: number;
}

/** Forecasts the sum over the horizons from the last `weeks` full weeks before `origin`, the number of known days. */
const naiveSum = (totals: readonly number[], origin: number, horizons: readonly number[], weeks: number): number => {
  const byWeekday = Array.from({ length: weekDays }, (_, place) =>
    mean(Array.from({ length: weeks }, (__, week) => totals[origin - (week + 1) * weekDays + place] ?? 0)),
  );
  return sum(horizons.map((horizon) => byWeekday[(horizon - 1) % weekDays] ?? 0));
};

/**
 * Returns the days of history that a forecast needs: at least eight weeks, and enough for four disjoint past forecasts.
 */
export const neededDays = (lastHorizon: number): number => Math.max(8 * weekDays, firstOrigin + 4 * lastHorizon);

/** Returns the typical sum over the horizons, given their weekdays: errors on a Sunday say little about a Monday. */
const scaleOf = (totals: readonly number[], origin: number, horizons: readonly number[]): number => {
  const byWeekday = Array.from({ length: weekDays }, (_, weekday) => {
    const own = totals.filter((__, day) => day % weekDays === weekday);
    return own.length > 0 ? mean(own) : 0;
  });
  return sum(horizons.map((horizon) => byWeekday[(origin + horizon - 1) % weekDays] ?? 0));
};

/**
 * Forecasts the sum of the days `first` to `last` after the history. Each day is forecast by the same weekday of the
 * last week, or of the last two or four if that erred less. The errors are those of the same forecast from every past
 * day, scaled to the weekdays that are forecast (R. Hyndman and G. Athanasopoulos, Forecasting: Principles and
 * Practice, 3rd ed., 2021, 5.2, 5.5, 5.8 and 5.10).
 * @param totals one per day, at least `neededDays(last)` of them
 */
export const forecastSum = (totals: readonly number[], first: number, last: number): SumForecast => {
  const horizons = Array.from({ length: last - first + 1 }, (_, place) => first + place);
  const scales = Array.from({ length: weekDays }, (_, origin) => scaleOf(totals, origin, horizons));
  const scaleAt = (origin: number): number => scales[origin % weekDays] ?? 0;
  const scale = scaleAt(totals.length);
  const [best, ...others] = weeksAveraged.map((weeks) => {
    const errors: number[] = [];
    for (let origin = firstOrigin; origin + last <= totals.length; origin += 1) {
      // Days on which nothing is ever posted are always forecast correctly, which says nothing about the others.
      if (scaleAt(origin) === 0 && scale > 0) continue;
      const actual = sum(totals.slice(origin + first - 1, origin + last));
      const error = actual - naiveSum(totals, origin, horizons, weeks);
      errors.push(scale > 0 ? (error * scale) / scaleAt(origin) : 0);
    }
    return { weeks, errors, size: sum(errors.map(Math.abs)) };
  });
  if (!best) throw new RangeError('There is at least one way to forecast');
  const { weeks, errors } = others.reduce((least, each) => (each.size < least.size ? each : least), best);
  errors.sort((one, other) => one - other);
  return { expected: naiveSum(totals, totals.length, horizons, weeks), errors, weeks };
};

/**
 * Returns the error that the next forecast stays below with this probability, if it is as good as past ones (type 6).
 */
const errorQuantile = (errors: readonly number[], probability: number): number => {
  const place = probability * (errors.length + 1) - 1;
  const [below, above] = [Math.floor(place), Math.ceil(place)].map((each) =>
    Math.min(Math.max(each, 0), errors.length - 1),
  );
  const [low, high] = [errors[below ?? 0] ?? 0, errors[above ?? 0] ?? 0];
  return low + (place - Math.floor(place)) * (high - low);
};

/** The share of forecasts that the interval covers. */
const coverage = 0.8;

/** Returns the forecast with the empirical 80 % interval of its past errors; counts are not negative. */
export const intervalOf = ({
  expected,
  errors,
}: Omit<SumForecast, 'weeks'>): { expected: number; low: number; high: number } => ({
  expected,
  low: Math.max(0, expected + errorQuantile(errors, (1 - coverage) / 2)),
  high: Math.max(0, expected + errorQuantile(errors, (1 + coverage) / 2)),
});

/**
 * Returns the probability that the sum is at least `wanted`, from the share of past errors. It is never 0 or 1, since
 * the next error may be a new one (Laplace's rule of succession).
 */
export const chanceOf = ({ expected, errors }: Omit<SumForecast, 'weeks'>, wanted: number): number =>
  (errors.filter((error) => expected + error >= wanted).length + 1) / (errors.length + 2);
