import type { BinaryName } from '../binaries.ts';

/** A machine action that an analyst began. */
export interface ActionSeed {
  /** As `MachineAction.type` names it. */
  readonly type:
    | 'Isolate'
    | 'Unisolate'
    | 'RunAntiVirusScan'
    | 'CollectInvestigationPackage'
    | 'RestrictCodeExecution'
    | 'UnrestrictCodeExecution'
    | 'StopAndQuarantineFile'
    | 'LiveResponse';
  /** Place in the cast. */
  readonly machine: number;
  readonly comment: string;
  readonly scope?: 'Full' | 'Quick' | 'Selective';
  /** What is quarantined. */
  readonly file?: BinaryName;
  /** What live response runs, with what it prints. */
  readonly scripts?: readonly (readonly [scriptName: string, output: string])[];
  /** How long it took; default 4. */
  readonly minutes?: number;
}

/** An indicator that an analyst made of what the incident showed. */
export interface IndicatorSeed {
  readonly indicatorType: 'FileSha1' | 'FileSha256' | 'IpAddress' | 'DomainName' | 'Url';
  /** The value, or the file whose hash it is. */
  readonly value: string | { readonly file: BinaryName };
  readonly action: 'Block' | 'BlockAndRemediate' | 'Warn';
  readonly severity: 'Low' | 'Medium' | 'High';
  readonly description: string;
}

/** What one analyst did at one time. */
export interface Step {
  /** Since the last alert of the incident. */
  readonly afterMinutes: number;
  readonly comment: string;
  readonly actions?: readonly ActionSeed[];
  readonly indicators?: readonly IndicatorSeed[];
  /** The incident is judged and closed. */
  readonly closes?: true;
}

/** Who works on an incident, and what they did, in order. */
export interface Response {
  /** Place among the analysts. */
  readonly analyst: 0 | 1 | 2;
  readonly steps: readonly [Step, ...Step[]];
}
