import { inLanes } from '#shared/lanes.ts';
import type { Deps } from '../deps.ts';
import type { HourlyClicks, ShortLink } from '../domain/short-link.ts';

/** Number of links read concurrently. */
const lanes = 10;

/** Sum of these clicks, by hour or by link. */
export const totalOf = (clicked: readonly { clicks: number }[]): number =>
  clicked.reduce((sum, { clicks }) => sum + clicks, 0);

/** Returns short links with their clicks, and the clicks on all of them by hour, oldest first. */
export const readClicks = async <Link extends ShortLink>(
  { shortLinks }: Pick<Deps, 'shortLinks'>,
  links: readonly Link[],
): Promise<{ links: (Link & { clicks: number })[]; byHour: HourlyClicks[] }> => {
  const read = await inLanes(links, lanes, async ({ code }) => shortLinks.clicksOf(code));
  const byHour = Map.groupBy(read.flat(), ({ hour }) => hour);
  return {
    links: links.map((link, place) => ({ ...link, clicks: totalOf(read[place] ?? []) })),
    byHour: [...byHour]
      .map(([hour, clicked]) => ({ hour, clicks: totalOf(clicked) }))
      .sort((one, other) => (one.hour < other.hour ? -1 : 1)),
  };
};
