import type { EvidenceFacts, RegistryKeyEvidence, RegistryValueEvidence } from '../../domain/evidence.ts';
import type { GraphRegistryKeyEvidence, GraphRegistryValueEvidence } from '../../upstream/graph/wire-evidence.ts';
import { text } from '../values.ts';
import type { FlatEvidence } from './facts.ts';

/** Graph and the flat records name hive and key alike. resources/security-registrykeyevidence.md */
export const registryKeyFrom = (
  facts: EvidenceFacts,
  wire: GraphRegistryKeyEvidence | FlatEvidence,
): RegistryKeyEvidence => ({
  ...facts,
  kind: 'RegistryKeyEvidence',
  registryHive: text(wire.registryHive),
  registryKey: text(wire.registryKey),
});

/** resources/security-registryvalueevidence.md */
export const registryValueFromGraph = (
  facts: EvidenceFacts,
  wire: GraphRegistryValueEvidence,
): RegistryValueEvidence => ({
  ...facts,
  kind: 'RegistryValueEvidence',
  registryHive: text(wire.registryHive),
  registryKey: text(wire.registryKey),
  registryValue: text(wire.registryValue),
  registryValueName: text(wire.registryValueName),
  registryValueType: text(wire.registryValueType),
  machineId: text(wire.mdeDeviceId),
});

/** MDE and M365D have one kind for keys and values: with a value or its type it is a value. */
export const registryFromFlat = (
  facts: EvidenceFacts,
  wire: FlatEvidence,
  machineId: string | null,
): RegistryKeyEvidence | RegistryValueEvidence => {
  const registryValue = text(wire.registryValue);
  const registryValueType = text(wire.registryValueType);
  if (registryValue === null && registryValueType === null) return registryKeyFrom(facts, wire);
  return {
    ...facts,
    kind: 'RegistryValueEvidence',
    registryHive: text(wire.registryHive),
    registryKey: text(wire.registryKey),
    registryValue,
    registryValueName: null,
    registryValueType,
    machineId: text(wire.deviceId) ?? machineId,
  };
};
