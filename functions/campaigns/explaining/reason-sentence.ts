import { counted } from '#shared/text.ts';
import type { Reason } from '../domain/planned-slot.ts';

const later = (by: number): string => `${counted(Math.abs(by), 'minute')} ${by < 0 ? 'earlier' : 'later'}`;
const clock = (wall: string): string => wall.replace('T', ' ');

/** Returns a reason as a sentence. */
export const reasonSentence = (reason: Reason): string => {
  switch (reason.kind) {
    case 'fixed':
      return `The plan sets this time: ${reason.instant}.`;
    case 'rule':
      return `The rule ${reason.rule} gives it the local time ${clock(reason.wallTime)}.`;
    case 'spread':
      return `It is number ${reason.place} of ${reason.of} posts spread over a period.`;
    case 'queue_time':
      return `The account's queue has a time at ${clock(reason.wallTime)} (${reason.timeZone}).`;
    case 'month_end':
      return reason.policy === 'last_day'
        ? `The month has no day ${reason.day}, so its last day was used.`
        : `The month has no day ${reason.day}, so it was left out.`;
    case 'gap':
      return reason.policy === 'skip'
        ? `Clocks skipped ${clock(reason.wallTime)}, so it was left out.`
        : `Clocks skipped ${clock(reason.wallTime)}, so it moved ${later(reason.movedByMinutes)}.`;
    case 'overlap':
      return `Clocks showed ${clock(reason.wallTime)} twice; the ${reason.policy} occurrence counts.`;
    case 'shifted':
      return `Its track was moved ${later(reason.byMinutes)}.`;
    case 'moved_by_edit':
      return `An edit moved it to the local time ${clock(reason.wallTime)}.`;
    case 'dropped_by_edit':
      return 'An edit left it out.';
    case 'content_replaced':
      return 'An edit replaced its content.';
    case 'run_now':
      return `It was run at once, at ${reason.at}.`;
    case 'collision':
      return reason.policy === 'drop'
        ? `The slot ${reason.with} of the account has the same time, so it was left out.`
        : `The slot ${reason.with} of the account has the same time, so it moved ${later(reason.movedByMinutes)}.`;
    case 'jitter':
      return `Random jitter moved it ${later(reason.byMinutes)}.`;
    case 'minimum_gap':
      return `To keep the minimum gap after ${reason.after === null ? 'another post' : `the slot ${reason.after}`}, it moved ${later(reason.movedByMinutes)}.`;
    case 'quiet_hours':
      return `Quiet hours are from ${reason.from} to ${reason.to}, so it moved ${later(reason.movedByMinutes)}.`;
    case 'daily_maximum':
      return `The day already has its maximum of ${counted(reason.max, 'post')}, so it moved ${later(reason.movedByMinutes)}.`;
    case 'blackout':
      return `It falls in the blackout ${reason.name}, so it was left out.`;
    case 'no_queue_time':
      return "The account's queue has no free time left for it.";
    case 'no_room':
      return 'No free time was found for it.';
    case 'published_late':
      return `It was due at ${reason.dueAt} and missed; it is published late.`;
    case 'missed':
      return `It was due at ${reason.dueAt} and missed; it is skipped.`;
    case 'rest_shifted':
      return `It was due at ${reason.dueAt}; all remaining posts moved ${later(reason.byMinutes)}.`;
    case 'compressed':
      return `It was due at ${reason.dueAt}; all remaining posts were fitted into the remaining time.`;
  }
};
