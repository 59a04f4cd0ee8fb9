import ICAL from 'ical.js';
import { DomainError } from '#shared/errors.ts';
import { beginningOf } from '#shared/text.ts';
import { zoneClocks } from '#shared/zone-clock.ts';
import { invalidField } from '../domain/invalid-plan.ts';
import { maxBlackouts } from '../domain/plan.ts';
import type { Blackout } from '../domain/plan-policies.ts';
import { wallOf } from '../plan-expansion/wall-time.ts';
import { zoneErrors } from '../plan-expansion/zone-errors.ts';
import { blackoutsOf, type EventTimes } from './blackout-event.ts';

/** In UTF-16 code units; a calendar with a thousand holidays has half of that. */
const maxLength = 256 * 1024;
const maxComponents = 1_000;
/** Each rule takes up to 25 milliseconds to expand. */
const maxRecurring = 20;

interface Asked {
  /** Time zone of times without one. */
  timeZone: string;
  /** First and last day to import, such as `2026-12-01`; events outside are ignored. */
  from: string;
  to: string;
}

export interface ImportedBlackouts {
  blackouts: Blackout[];
  /** Events that were not imported, and why. */
  leftOut: { name: string; code: string }[];
}

/**
 * Reads blackouts from the events of an iCalendar text (RFC 5545), including recurring ones.
 * @throws DomainError `invalid_plan` on `calendar` if it is not a calendar, too large, or has too many events
 */
export const importBlackouts = (text: string, { timeZone, from, to }: Asked): ImportedBlackouts => {
  const [wrong] = zoneErrors(timeZone, 'timeZone');
  if (wrong) throw invalidField(wrong.path, wrong.code, wrong.message);
  const clockOf = zoneClocks();
  const window = { from: wallOf(`${from}T00:00`), until: wallOf(`${to}T23:59`) };
  const imported: ImportedBlackouts = { blackouts: [], leftOut: [] };
  const events = eventsOf(text);
  const replaced = Map.groupBy(
    events.filter((event) => event.hasProperty('recurrence-id')),
    uidOf,
  );
  let recurring = 0;
  for (const event of events) {
    const name = nameOf(event);
    if (event.hasProperty('rrule')) recurring += 1;
    if (recurring > maxRecurring && event.hasProperty('rrule')) {
      imported.leftOut.push({ name, code: 'too_many_recurring' });
      continue;
    }
    const times: EventTimes = { event, name, timeZone, window, others: replaced.get(uidOf(event)) ?? [] };
    const found = blackoutsOf(times, clockOf);
    if ('code' in found) imported.leftOut.push({ name, code: found.code });
    else imported.blackouts.push(...found.blackouts);
    if (imported.blackouts.length > maxBlackouts) {
      throw invalidField('calendar', 'too_many_blackouts', `has more than ${maxBlackouts} blackouts in these days`);
    }
  }
  imported.blackouts.sort((one, other) => (one.from < other.from ? -1 : 1));
  return imported;
};

const eventsOf = (text: string): ICAL.Component[] => {
  if (text.length > maxLength)
    throw invalidField('calendar', 'calendar_too_large', `must have at most ${maxLength} characters`);
  const begins = text.match(/^BEGIN:/gim)?.length ?? 0;
  if (begins > maxComponents) {
    throw invalidField('calendar', 'calendar_too_large', `must have at most ${maxComponents} components`);
  }
  try {
    const parsed: unknown = ICAL.parse(asLines(text));
    const calendars =
      Array.isArray(parsed) && Array.isArray(parsed[0]) ? (parsed as unknown[][]) : [parsed as unknown[]];
    const components = calendars.map((calendar) => new ICAL.Component(calendar));
    if (components.some(({ name }) => name !== 'vcalendar')) throw new Error('no VCALENDAR');
    return components.flatMap((component) => component.getAllSubcomponents('vevent'));
  } catch (cause) {
    throw new DomainError('invalid', 'invalid_plan', 'The calendar cannot be read.', {
      fields: [{ path: 'calendar', code: 'calendar_unreadable', message: 'must be an iCalendar file (RFC 5545)' }],
      cause,
    });
  }
};

/** Normalizes files, which can have a byte order mark, any line endings, and empty lines. */
const asLines = (text: string): string => text.replace(/^\uFEFF/, '').replaceAll(/[\r\n]+/g, '\r\n');

const textOf = (event: ICAL.Component, property: string): string => {
  const value: unknown = event.getFirstPropertyValue(property);
  return typeof value === 'string' ? value : '';
};

const uidOf = (event: ICAL.Component): string => textOf(event, 'uid');

const nameOf = (event: ICAL.Component): string =>
  beginningOf(textOf(event, 'summary').trim(), 120).trim() || 'Untitled';
