import type { LaunchFinding, LaunchReport } from '../domain/launch-report.ts';

/** Replacements for messages that contain amounts. */
const plainly = new Map([
  ['budget_too_small', 'The budget of the campaign is too small for its plan.'],
  ['workspace_budget_too_small', "What is left of the workspace's budget is too small for the plan."],
]);

const plain = (finding: LaunchFinding): LaunchFinding => {
  const message = plainly.get(finding.code);
  return message === undefined ? finding : { ...finding, message, advice: 'Ask a member whose role can see costs.' };
};

/** The report without costs and amounts, for callers who may not read usage. Its version is the same. */
export const withoutFigures = ({
  cost: _,
  forecast: __,
  ...report
}: LaunchReport): Omit<LaunchReport, 'cost' | 'forecast'> => ({
  ...report,
  blockers: report.blockers.map(plain),
  warnings: report.warnings.map(plain),
});
