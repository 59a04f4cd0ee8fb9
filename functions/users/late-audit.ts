import type { AuditStore } from './store/audit.ts';
import type { ComplianceReportStore } from './store/compliance-reports.ts';

/** The audit trail, whose code is loaded when it is first written to or read: most cold starts do without. */
export const auditLate = (open: () => Promise<AuditStore>): AuditStore => ({
  append: async (...given) => (await open()).append(...given),
  list: async (...given) => (await open()).list(...given),
  head: async (...given) => (await open()).head(...given),
  async *rows(...given) {
    yield* (await open()).rows(...given);
  },
  removeUpTo: async (...given) => (await open()).removeUpTo(...given),
  workspaces: async (...given) => (await open()).workspaces(...given),
});

/** Compliance reports, likewise. */
export const complianceReportsLate = (open: () => Promise<ComplianceReportStore>): ComplianceReportStore => ({
  get: async (...given) => (await open()).get(...given),
  save: async (...given) => (await open()).save(...given),
  list: async (...given) => (await open()).list(...given),
  gathered: async (...given) => (await open()).gathered(...given),
  keepGathered: async (...given) => (await open()).keepGathered(...given),
});
