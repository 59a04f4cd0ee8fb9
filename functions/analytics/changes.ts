import type { DomainEvent } from '#shared/events/event.ts';
import type { Change } from '#shared/lambda/stream.ts';
import { alertEvents } from './alerts/changes.ts';
import { readingEvents } from './collect/changes.ts';
import { insightEvents, postingRulesEvents } from './insights/changes.ts';
import { retentionEvents } from './keeping/changes.ts';
import { reportEvents, savedReportEvents } from './reports/changes.ts';

/** Returns the events for other contexts that a write to this context's table causes. */
export const eventsFor = ({ before, after }: Change): DomainEvent[] => {
  switch (after?.type) {
    case 'readings':
      return readingEvents(before, after);
    case 'insight':
      return insightEvents(before, after);
    case 'posting_rules':
      return postingRulesEvents(before, after);
    case 'alert':
      return alertEvents(before, after);
    case 'report':
      return reportEvents(before, after);
    case 'saved_report':
      return savedReportEvents(before, after);
    case 'retention':
      return retentionEvents(before, after);
    default:
      return [];
  }
};
