import { DomainError } from '#shared/errors.ts';
import type { LaunchFinding, LaunchReport } from './launch-report.ts';

/**
 * Asserts that a launch has no blockers and names the latest launch report.
 * @param report the latest report; undefined if there is none
 * @param named version of the report that the caller has seen
 * @throws DomainError `conflict`: `launch_report_outdated`, or `launch_blocked` with a field per listed blocker
 */
export const assertLaunchable = (report: LaunchReport | undefined, named: string): void => {
  if (!report)
    throw new DomainError(
      'conflict',
      'launch_report_outdated',
      'There is no such launch report. Check the campaign first.',
    );
  if (named !== report.version) {
    const said = `There is a newer launch report. Review the report ${report.version} first.`;
    throw new DomainError('conflict', 'launch_report_outdated', said);
  }
  if (report.canLaunch) return;
  throw new DomainError(
    'conflict',
    'launch_blocked',
    'The launch check found blockers; `fields` lists them. Resolve them, then check the campaign again.',
    {
      fields: report.blockers.map((blocker) => ({
        path: pathOf(blocker),
        code: blocker.code,
        message: `${blocker.message} ${blocker.advice}`,
      })),
    },
  );
};

/** Path of the most specific thing that the finding is about. */
const pathOf = ({ place: { slotKey, accountId } }: LaunchFinding): string => {
  if (slotKey !== null) return `slots.${slotKey}`;
  return accountId === null ? 'plan' : `accounts.${accountId}`;
};
