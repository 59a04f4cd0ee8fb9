import * as z from 'zod';
import { HexColour } from '#events/workspace-settings.ts';
import { Instant, TimeZone } from '#shared/time.ts';
import { bounds } from './bounds.ts';
import { problemsOf } from './consistency.ts';
import { BarsSection, FiguresSection, SeriesSection, TableSection } from './sections.ts';
import { label, line } from './value.ts';

export const Section = z.discriminatedUnion('kind', [FiguresSection, TableSection, SeriesSection, BarsSection]);
export type Section = z.infer<typeof Section>;

const isKnownZone = (timeZone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
};

const KnownTimeZone = TimeZone.refine(isKnownZone, 'must be a time zone that is known');

/**
 * A report before it is rendered: what every format shows, in the same order and with the same numbers. Shares are
 * ratios (0.25 is 25%), money is in micro-dollars, times are in UTC and shown in the zone of the period.
 */
export const ReportDocument = z
  .strictObject({
    title: label,
    workspace: z.strictObject({ name: label, colour: HexColour }),
    /** `to` is exclusive. */
    period: z.strictObject({ from: Instant, to: Instant, timeZone: KnownTimeZone }),
    madeAt: Instant,
    sections: z.array(Section).max(bounds.sections),
    /** Notes on the whole report: sources, coverage, when X was read. */
    notes: z.array(line(bounds.note).min(1)).max(bounds.notes).default([]),
  })
  .check(({ value, issues }) => {
    for (const { path, message } of problemsOf(value.sections)) {
      issues.push({ code: 'custom', input: value, path: ['sections', ...path], message });
    }
  });
export type ReportDocument = z.infer<typeof ReportDocument>;
