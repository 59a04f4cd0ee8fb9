import { type Loader, parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import { escapeHtml } from '#shared/html.ts';
import { barsSpec, seriesSpec } from './chart-specs.ts';
import { wordsOf } from './chart-words.ts';
import type { ReportDocument } from './document.ts';
import type { BarsSection, SeriesSection } from './sections.ts';

const refused = (): Promise<never> => Promise.reject(new Error('A chart loads nothing'));

/** Loads no files or URLs: a chart's specification contains all that it shows. */
const nothingLoaded: Loader = { load: refused, sanitize: refused, http: refused, file: refused };

/** Collects warnings: Vega goes on without what it cannot draw or load; here that is an error. */
const strict = () => {
  const said: string[] = [];
  const note = (...args: readonly unknown[]) => {
    said.push(args.map(String).join(' '));
    return logger;
  };
  const logger = { level: () => 0, error: note, warn: note, info: () => logger, debug: () => logger };
  return { logger, said };
};

/** Draws a Vega-Lite specification as SVG. @throws Error for anything that it would load, and for any warning */
export const drawn = async (spec: TopLevelSpec): Promise<string> => {
  const { logger, said } = strict();
  const view = new View(parse(compile(spec, { logger }).spec), { renderer: 'none', loader: nothingLoaded, logger });
  try {
    const svg = await view.toSVG();
    if (said.length > 0) throw new Error(`A chart could not be drawn: ${said.join('; ')}`);
    return svg;
  } finally {
    view.finalize();
  }
};

/**
 * Returns the chart of a section as SVG, 640 pixels wide, with its title and a description in words (WAI-ARIA
 * Graphics).
 * @param id prefix of the ids of its elements, unique on the page
 */
export const chartOf = async (
  section: SeriesSection | BarsSection,
  { workspace: { colour }, period: { timeZone } }: ReportDocument,
  id: string,
): Promise<string> => {
  const spec = section.kind === 'bars' ? barsSpec(section, { colour }) : seriesSpec(section, { colour, timeZone });
  const svg = await drawn(spec);
  return svg.replace(
    /^<svg ([^>]*)>/,
    (_, attributes: string) =>
      `<svg ${attributes} role="img" aria-labelledby="${id}-title ${id}-desc">` +
      `<title id="${id}-title">${escapeHtml(section.title)}</title>` +
      `<desc id="${id}-desc">${escapeHtml(wordsOf(section, timeZone))}</desc>`,
  );
};
