import type { LiveResponseCommand, MachineAction } from '../domain/machine-action.ts';

/** The last part of a path of Windows or POSIX. */
const lastPart = (path: string): string => path.split(/[\\/]/).at(-1) ?? '';

/** A command's parameter; Defender's keys differ in case from page to page. */
const paramOf = ({ params }: Pick<LiveResponseCommand, 'params'>, key: string): string | null =>
  params.find((param) => param.key.toLowerCase() === key)?.value ?? null;

/** The path that a `GET_FILE` was given; null: Defender does not say. */
export const pathOf = (command: Pick<LiveResponseCommand, 'params'>): string | null => paramOf(command, 'path');

/** The name that a file has on the machine; null when Defender does not say. */
export const fileNameOf = (command: Pick<LiveResponseCommand, 'params'>): string | null => {
  const name = lastPart(pathOf(command) ?? '');
  return name === '' ? null : name;
};

/** The name of the report of a script. */
export const reportNameOf = (command: Pick<LiveResponseCommand, 'params'>): string =>
  `${lastPart(paramOf(command, 'scriptname') ?? '') || 'script'}.json`;

/** The name of an investigation package: Defender's own is the same for all machines. */
export const packageNameOf = ({
  computerDnsName,
  machineId,
}: Pick<MachineAction, 'computerDnsName' | 'machineId'>): string =>
  `investigation-package-${computerDnsName ?? machineId}.zip`;

/** Where the gateway streams the file of a command, from its own address on. */
export const fileUrlOf = ({
  tenant,
  actionId,
  index,
}: Pick<LiveResponseCommand, 'tenant' | 'actionId' | 'index'>): string =>
  `/files/${encodeURIComponent(tenant)}/${encodeURIComponent(actionId)}/${index}`;
