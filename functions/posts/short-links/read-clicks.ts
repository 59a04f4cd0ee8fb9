import type { Deps } from '../deps.ts';
import type { HourlyClicks, ShortLink } from '../domain/short-link.ts';
import { inLanes } from '../lanes.ts';

/** Links that are read at once. */
const lanes = 10;

const sumOf = (hours: readonly HourlyClicks[]): number => hours.reduce((sum, { clicks }) => sum + clicks, 0);

/** The short links of a post with the clicks on each, and the clicks on all of them by hour, oldest first. */
export const readClicks = async ({ shortLinks }: Pick<Deps, 'shortLinks'>, links: readonly ShortLink[]) => {
  const read = await inLanes(links, lanes, async ({ code }) => shortLinks.clicksOf(code));
  const byHour = Map.groupBy(read.flat(), ({ hour }) => hour);
  return {
    links: links.map((link, place) => ({ ...link, clicks: sumOf(read[place] ?? []) })),
    byHour: [...byHour]
      .map(([hour, clicked]) => ({ hour, clicks: sumOf(clicked) }))
      .sort((one, other) => (one.hour < other.hour ? -1 : 1)),
  };
};
