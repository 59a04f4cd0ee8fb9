import type { AuditStore } from './store/audit.ts';

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
