import type { AuditEvent } from '#functions/users/domain/audit-event.ts';

/** The n-th event of a workspace, `n` minutes after nine. */
export const auditEvent = (n: number, change: Partial<AuditEvent> = {}): AuditEvent => ({
  id: `evt_${String(n).padStart(26, '0')}`,
  eventType: 'post.created',
  entityId: 'pst_1',
  entityVersion: n,
  actor: { type: 'person', id: 'usr_01KATJ9V5H8Q3M4N5P6R7S8T9V' },
  occurredAt: new Date(Date.UTC(2026, 10, 22, 9, n)).toISOString(),
  correlationId: `request-${n}`,
  network: null,
  outcome: 'done',
  data: { accountId: 'acc_1', nested: { b: [1, { y: 1, x: 2 }], a: null } },
  ...change,
});
