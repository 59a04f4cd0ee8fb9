import * as fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, test } from 'vitest';
import { excerptOf } from '#functions/posts/calendar/excerpt.ts';
import { calendarOf } from '#functions/posts/calendar/icalendar.ts';
import type { Post } from '#functions/posts/domain/post.ts';
import { aPart, aScheduledPost } from '../samples.ts';

/** The events of a calendar, as ical.js, Mozilla's parser of RFC 5545, reads them. */
const eventsOf = (text: string) =>
  ICAL.Component.fromString(text)
    .getAllSubcomponents('vevent')
    .map((each) => {
      const value = (name: string): string => String(each.getFirstPropertyValue(name));
      return {
        uid: value('uid'),
        start: value('dtstart'),
        summary: value('summary'),
        status: value('status'),
        description: value('description'),
      };
    });

const saying = (text: string, said: Partial<Post> = {}) => aScheduledPost({ parts: [aPart({ text })], ...said });

describe('a calendar', () => {
  test('lists each post at its time, with its text, its status and why it is held', () => {
    const held = { code: 'account_suspended', reason: 'X has suspended it; ask X, then resume.' };
    const calendar = calendarOf([
      saying('Roast, day; one'),
      saying('Held back', { id: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9Z', status: 'held', problem: held }),
      aScheduledPost({ scheduledAt: null }),
    ]);
    expect(eventsOf(calendar)).toMatchObject([
      {
        uid: 'pst_01KATJ9V5H8Q3M4N5P6R7S8T9V@x-marketing-platform',
        start: '2026-11-22T12:00:00Z',
        summary: 'Roast, day; one',
        status: 'CONFIRMED',
      },
      { summary: 'Held: Held back', status: 'TENTATIVE', description: expect.stringContaining(held.reason) as string },
    ]);
    expect(calendar).toContain('DTSTART:20261122T120000Z\r\n');
    expect(calendar.startsWith('BEGIN:VCALENDAR\r\nVERSION:2.0\r\n')).toBe(true);
    expect(calendar.endsWith('END:VCALENDAR\r\n')).toBe(true);
  });

  test('without posts is valid and has no events', () => {
    expect(eventsOf(calendarOf([]))).toEqual([]);
  });

  const picture = 'med_01KATJ9V5H8Q3M4N5P6R7S8T9V';
  test.each([
    [[aPart({ text: '', mediaIds: [picture] })], 'Picture or video without text'],
    [[aPart({ text: ' \n\u200b\u3164', mediaIds: [picture, picture] })], '2 pictures without text'],
    [[1, 2, 3].map(() => aPart({ text: '', mediaIds: [picture] })), '3 pictures or videos without text'],
    [[aPart({ text: '' })], 'Post without text'],
    [[aPart({ text: '', mediaIds: [picture] }), aPart({ text: 'Look' })], 'Look'],
  ])('titles an event with its text, or with a description of its media when the text is blank', (parts, title) => {
    expect(eventsOf(calendarOf([aScheduledPost({ parts })]))[0]?.summary).toBe(title);
    expect(eventsOf(calendarOf([aScheduledPost({ parts, status: 'held' })]))[0]?.summary).toBe(`Held: ${title}`);
  });

  const text = fc.string({
    unit: fc.constantFrom(
      'a',
      'ä',
      '日',
      '😀',
      '\\',
      ';',
      ',',
      ':',
      '"',
      '\n',
      '\r',
      '\u0000',
      '\t',
      ' ',
      'BEGIN:VEVENT',
    ),
    minLength: 1,
    maxLength: 120,
  });

  test('survives an RFC 5545 parser whatever a post says, in lines of at most 75 octets', () => {
    fc.assert(
      fc.property(text, (said) => {
        const calendar = calendarOf([saying(said)]);
        for (const line of calendar.split('\r\n')) {
          expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
          expect(line).not.toMatch(/\p{Cc}/u);
          expect(line.isWellFormed()).toBe(true);
        }
        const [event, ...others] = eventsOf(calendar);
        expect(others).toEqual([]);
        const words = excerptOf(said).replace(/\p{Cc}/gu, '');
        expect(event?.summary).toBe(words.trim() === '' ? 'Post without text' : words);
      }),
    );
  });
});

describe('an excerpt', () => {
  test('of a short text is the whole text on one line', () => {
    expect(excerptOf('  Hello\n\n  you\t! ')).toBe('Hello you !');
  });

  test('of a long text ends at a word', () => {
    expect(excerptOf('word '.repeat(40))).toBe(`${'word '.repeat(26)}word…`);
  });

  test('has at most 140 characters and splits none', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', '😀', ' '), maxLength: 400 }), (said) => {
        const words = excerptOf(said);
        expect(words.length).toBeLessThanOrEqual(140);
        expect(words.isWellFormed()).toBe(true);
        const line = said.trim().replace(/\s+/g, ' ');
        expect(words === line || (words.endsWith('…') && line.startsWith(words.slice(0, -1)))).toBe(true);
      }),
    );
  });
});
