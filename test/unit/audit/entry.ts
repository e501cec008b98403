import type { AuditEntry } from '../../../src/audit/record.ts';

/** What is recorded of an isolation. */
export const entryOf = (target: string, more: Partial<AuditEntry> = {}): AuditEntry => ({
  auditId: `audit-${target}`,
  callerId: 'apiKey:script',
  callerName: 'script',
  callerKind: 'apiKey',
  remoteAddress: '192.0.2.7',
  requestId: '7d1c4c0e-2f4d-4a56-9a58-3d8e1d0e9b11',
  mutation: 'isolateMachines',
  tenant: 'contoso',
  target,
  input: { comment: 'Beaconing' },
  guardrails: [],
  outcome: 'INTENDED',
  errorCode: null,
  actionId: null,
  upstreamRequestId: null,
  ...more,
});
