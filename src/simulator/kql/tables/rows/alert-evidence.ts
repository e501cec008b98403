import type { WorldAlert, WorldEvidence, WorldMachine, WorldProcess } from '../../../world/types.ts';
import type { Estate } from '../table.ts';

/** Evidence of one type, without the others of the union. */
export type EvidenceOf<T extends WorldEvidence['type']> = Extract<WorldEvidence, { readonly type: T }>;

/** A piece of evidence with the alert it is from and the processes that alert saw on the same machine. */
export interface Found<T extends WorldEvidence['type']> {
  readonly alert: WorldAlert;
  readonly evidence: EvidenceOf<T>;
}

function isOfType<T extends WorldEvidence['type']>(evidence: WorldEvidence, type: T): evidence is EvidenceOf<T> {
  return evidence.type === type;
}

/** All evidence of one type over all alerts. */
export function evidenceOf<T extends WorldEvidence['type']>({ world }: Estate, type: T): readonly Found<T>[] {
  return world.alerts.flatMap((alert) =>
    alert.evidence.flatMap((evidence) => (isOfType(evidence, type) ? [{ alert, evidence }] : [])),
  );
}

/** The machine an alert is about: its own, else the first among its evidence. */
export function machineOf(alert: WorldAlert): WorldMachine | null {
  return alert.machine ?? alert.evidence.find((evidence) => isOfType(evidence, 'device'))?.machine ?? null;
}

/** The last process the alert saw: the one that made the connection, wrote the file or set the value. */
export function actorOf(alert: WorldAlert): WorldProcess | null {
  return alert.evidence.findLast((evidence) => isOfType(evidence, 'process'))?.process ?? null;
}
