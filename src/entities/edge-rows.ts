import type { Told } from './edge.ts';
import type { LogonUser } from './logon-user.ts';
import type {
  BaselineCompliance,
  BrowserExtension,
  HardwareFirmware,
  MachineCertificate,
  SecureConfiguration,
} from './machine-assessments.ts';
import type { MissingKb } from './missing-kb.ts';
import type { ScanRun } from './scan-run.ts';

const row = <Row>(idOf: (row: Row) => string): Told<Row> => ({ idOf });

const joined = (...parts: readonly (string | null)[]): string => parts.join('\n');

/**
 * What edges tell in pages and that is no entity, since it has no read of its own, by its type in the graph: how one is told from
 * another. Generated types and pages come from here.
 */
export const edgeRows = {
  BaselineCompliance: row(({ profileId, configurationId }: BaselineCompliance) => joined(profileId, configurationId)),
  BrowserExtension: row(({ browserName, extensionId, extensionVersion }: BrowserExtension) =>
    joined(browserName, extensionId, extensionVersion),
  ),
  HardwareFirmware: row(({ componentType, manufacturer, componentName, componentVersion }: HardwareFirmware) =>
    joined(componentType, manufacturer, componentName, componentVersion),
  ),
  MachineCertificate: row(({ thumbprint, path }: MachineCertificate) => joined(thumbprint, path)),
  ScanRun: row(({ scanDefinitionId, lastScanned, scannerId }: ScanRun) =>
    joined(scanDefinitionId, lastScanned, scannerId),
  ),
  SecureConfiguration: row(({ configurationId }: SecureConfiguration) => configurationId),
  LogonUser: row(({ userId }: LogonUser) => userId),
  MissingKb: row(({ kbId }: MissingKb) => kbId),
} as const;

/** Such a type. */
export type EdgeRowType = keyof typeof edgeRows;

/** All of them, in the order of the table. */
export const edgeRowTypes: readonly EdgeRowType[] = Object.keys(edgeRows).filter((type): type is EdgeRowType =>
  Object.hasOwn(edgeRows, type),
);

/** One of such a type. */
export type EdgeRowOfType<Type extends EdgeRowType> = (typeof edgeRows)[Type] extends Told<infer Row> ? Row : never;
