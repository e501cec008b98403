import type { OwnRecords } from '../actions/own-records.ts';
import type { OpenFile } from '../downloads/open.ts';
import type { Log } from '../log.ts';
import type { MachineActionReads } from '../routing/machine-actions.ts';
import type { MachineReads } from '../routing/machines.ts';

/** What files are had with. */
export interface FilesParts {
  readonly reads: {
    readonly machineActions: Pick<MachineActionReads, 'byIds' | 'resultLink' | 'packageLink'>;
    readonly machines: Pick<MachineReads, 'byIds'>;
  };
  readonly openFile: OpenFile;
  readonly records: Pick<OwnRecords, 'begin'>;
  /** The largest file that is read through for its size and hash, bytes. */
  readonly hashBytes: number;
  readonly log: Log;
}
