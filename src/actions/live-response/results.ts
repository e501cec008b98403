import { createHash } from 'node:crypto';
import type { AccessOf } from '../../access/access.ts';
import type { Caller } from '../../access/caller.ts';
import { machineRefusal } from '../../access/refusal.ts';
import type { Clock } from '../../clock.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { LiveResponseCommandType } from '../../domain/enums.ts';
import type { LiveResponseCommand } from '../../domain/machine-action.ts';
import { GatewayError, UpstreamError } from '../../errors.ts';
import type { MachineActionReads } from '../../routing/machine-actions.ts';
import type { MachineReads } from '../../routing/machines.ts';
import type { CallScope } from '../../scope.ts';
import { catalogue } from '../catalogue.ts';
import { coversMachine } from '../machines/coverage.ts';
import type { LiveResponseFile, LiveResponseScriptResult } from '../payloads.ts';
import { checkDownload } from './download-hosts.ts';
import { readScriptReport } from './script-report.ts';

/** Fetches a file; no credential goes along. Rejects with a `RangeError` when it is larger than `maxBytes`. */
export type Download = (
  url: string,
  init: { readonly method: string; readonly signal?: AbortSignal },
  maxBytes: number,
) => Promise<{ readonly status: number; readonly bytes: Buffer }>;

const { permission } = catalogue.runLiveResponse;

const mebibyte = 1024 * 1024;
const maxScriptBytes = 16 * mebibyte;
const maxFileBytes = 128 * mebibyte;
/** The largest file that goes into an answer; base64 makes it a third larger. */
const maxAnswerBytes = 5 * mebibyte;

/**
 * Results of live response commands, for those who may run them on that machine. Two calls each: the link, which lives 30
 * minutes, and the file; and the machine for a caller who may do so on some alone.
 */
export const createLiveResponseResults = ({
  accessOf,
  machineActions,
  machines,
  download,
  downloadHosts,
  clock,
}: {
  readonly accessOf: AccessOf;
  readonly machineActions: Pick<MachineActionReads, 'resultLink'>;
  readonly machines: Pick<MachineReads, 'byIds'>;
  readonly download: Download;
  readonly downloadHosts: readonly string[];
  readonly clock: Clock;
}) => {
  const fetchFile = async (tenant: Tenant, link: string, maxBytes: number, scope: CallScope): Promise<Buffer> => {
    const details = { tenant: tenant.name, api: 'mde' };
    scope.spend();
    const started = clock.now();
    let outcome = 'none';
    try {
      const { status, bytes } = await download(link, { method: 'GET', signal: scope.signal }, maxBytes);
      outcome = String(status);
      if (status === 200) return bytes;
      throw new UpstreamError('UPSTREAM_UNAVAILABLE', `The storage of Defender does not give the file (${status})`, {
        ...details,
        upstreamStatus: status,
      });
    } catch (thrown) {
      scope.signal.throwIfAborted();
      if (thrown instanceof GatewayError) throw thrown;
      if (thrown instanceof RangeError) {
        throw new GatewayError(
          'QUERY_TOO_EXPENSIVE',
          `The file is larger than ${maxBytes / mebibyte} MiB`,
          details,
          thrown,
        );
      }
      throw new UpstreamError('UPSTREAM_UNAVAILABLE', 'The storage of Defender could not be reached', details, thrown);
    } finally {
      scope.record({
        tenant: tenant.name,
        api: 'mde',
        operation: 'mde.downloadLiveResponseResult',
        outcome,
        elapsedMs: clock.now() - started,
        waitedMs: 0,
        coalesced: false,
      });
    }
  };

  /** The bytes that a command left; null unless it is of the type and completed. */
  const resultOf = async (
    caller: Caller,
    command: LiveResponseCommand,
    type: LiveResponseCommandType,
    maxBytes: number,
    scope: CallScope,
  ): Promise<Buffer | null> => {
    if (command.type !== type || command.status.toLowerCase() !== 'completed') return null;
    const access = accessOf(caller);
    const tenant = access.tenantFor(command.tenant, permission);
    const place = { tenant, machineId: command.machineId };
    if (!(await coversMachine(access, permission, place, machines, scope))) throw machineRefusal(permission, tenant);
    const link = await machineActions.resultLink(tenant, command.actionId, command.index, scope);
    if (link === null) return null;
    checkDownload(link, tenant, downloadHosts);
    return fetchFile(tenant, link, maxBytes, scope);
  };

  return {
    scriptResult: async (
      caller: Caller,
      command: LiveResponseCommand,
      scope: CallScope,
    ): Promise<LiveResponseScriptResult | null> => {
      const bytes = await resultOf(caller, command, 'RUN_SCRIPT', maxScriptBytes, scope);
      return bytes === null ? null : readScriptReport(bytes.toString('utf8'));
    },

    fileResult: async (
      caller: Caller,
      command: LiveResponseCommand,
      scope: CallScope,
    ): Promise<LiveResponseFile | null> => {
      const bytes = await resultOf(caller, command, 'GET_FILE', maxFileBytes, scope);
      if (bytes === null) return null;
      return {
        size: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        contentBase64: bytes.length <= maxAnswerBytes ? bytes.toString('base64') : null,
      };
    },
  };
};
