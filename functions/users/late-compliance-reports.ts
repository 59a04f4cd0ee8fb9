import type { ComplianceReportStore } from './store/compliance-reports.ts';

/** Compliance reports, whose code is loaded when somebody wants one: most cold starts do without. */
export const complianceReportsLate = (open: () => Promise<ComplianceReportStore>): ComplianceReportStore => ({
  get: async (...given) => (await open()).get(...given),
  save: async (...given) => (await open()).save(...given),
  list: async (...given) => (await open()).list(...given),
  gathered: async (...given) => (await open()).gathered(...given),
  keepGathered: async (...given) => (await open()).keepGathered(...given),
});
