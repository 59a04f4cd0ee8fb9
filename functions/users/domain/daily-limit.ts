import { DomainError } from '../../../shared/errors.ts';

/**
 * What keeps the platform busy long after it was asked for, or leaves rows behind: how often a workspace, or a person for
 * their own archive, may ask for it in a UTC day.
 */
export const mostADay = {
  audit_export: 10,
  compliance_report: 10,
  /** One archive a day is the rule; this bounds those that came to nothing and are asked for again. */
  person_export: 3,
  service_account: 100,
} as const;
export type DailyLimited = keyof typeof mostADay;

const dayMs = 24 * 60 * 60 * 1000;

const words: Record<DailyLimited, string> = {
  audit_export: 'exports of audit events',
  compliance_report: 'compliance reports',
  person_export: 'exports of your data',
  service_account: 'new service accounts',
};

/** The refusal of one more of the day; the next day begins at midnight (UTC). */
export const dailyLimit = (what: DailyLimited, now: Date): DomainError => {
  const seconds = Math.ceil((dayMs - (now.getTime() % dayMs)) / 1000);
  const message = `There can be at most ${mostADay[what]} ${words[what]} a day (UTC). Try again tomorrow.`;
  return new DomainError('rate-limited', 'daily_limit', message, { headers: { 'Retry-After': String(seconds) } });
};
