import type { BinaryName } from '../binaries.ts';
import type { MachineRole } from '../fleet-profiles.ts';
import type { GraphOnlyKind } from '../graph-only.ts';
import type { Classification, Determination, Severity, WorldEvidence } from '../types.ts';
import type { Response } from './response.ts';

/** Who judged what: the same three marks that every evidence carries, with usual values where left out. */
interface Marks {
  /** Default `suspicious`. */
  readonly verdict?: WorldEvidence['verdict'];
  /** Graph's enum; default `none`. */
  readonly remediationStatus?: string;
  readonly roles?: readonly string[];
}

/**
 * Evidence before the cast is known: `machine` and `user` are places in the cast. Texts may hold `{machine0}`,
 * `{address0}`, `{user0}`, `{domain}`.
 */
export type EvidenceSeed = Marks &
  (
    | { readonly type: 'device'; readonly machine: number }
    | { readonly type: 'user'; readonly user: number }
    | { readonly type: 'file'; readonly file: BinaryName; readonly machine: number; readonly detectionStatus?: string }
    | {
        readonly type: 'process';
        readonly image: BinaryName;
        readonly parent: BinaryName;
        readonly commandLine: string;
        readonly machine: number;
        readonly user: number;
        readonly detectionStatus?: string;
      }
    | { readonly type: 'ip'; readonly ipAddress: string; readonly countryLetterCode: string | null }
    | { readonly type: 'url'; readonly url: string }
    | { readonly type: 'registryKey'; readonly hive: string; readonly key: string }
    | {
        readonly type: 'registryValue';
        readonly hive: string;
        readonly key: string;
        readonly valueName: string;
        readonly value: string;
        readonly machine: number;
      }
    | { readonly type: 'mailbox'; readonly user: number }
    | {
        readonly type: 'mailMessage';
        readonly subject: string;
        readonly sender: string;
        readonly user: number;
        readonly deliveryAction: string;
      }
    | { readonly type: 'mailCluster'; readonly clusterBy: string; readonly query: string; readonly emailCount: number }
    | { readonly type: 'securityGroup'; readonly displayName: string }
    | { readonly type: 'cloudApplication'; readonly appId: number; readonly displayName: string }
    | { readonly type: 'oauthApplication'; readonly displayName: string; readonly publisher: string }
    | { readonly type: 'azureResource'; readonly resourceName: string; readonly resourceType: string }
    | { readonly type: 'graphOnly'; readonly kind: GraphOnlyKind; readonly machine?: number; readonly user?: number }
    | { readonly type: 'unheardOf'; readonly note: string }
  );

/** One alert of a story. */
export interface AlertSeed {
  readonly title: string;
  readonly description: string;
  readonly recommendedActions: string;
  readonly category: string;
  readonly severity: Severity;
  readonly source: AlertSource;
  readonly mitreTechniques: readonly string[];
  readonly threatName?: string;
  readonly threatFamilyName?: string;
  readonly actorName?: string;
  /** Place in the cast of the machine it fired on; MDE-born alerts have one. */
  readonly machine?: number;
  /** Graph's enum `investigationState`; default `unsupportedAlertType`. */
  readonly investigationState?: string;
  readonly evidence: readonly EvidenceSeed[];
}

/** What happened, once: becomes an incident with its alerts when a cast is found in the estate. */
export interface Story {
  readonly displayName: string;
  readonly description: string;
  /** The machines that take part; user n is the first log-on user of machine n. */
  readonly machines: readonly MachineRole[];
  /** Users without a machine, numbered after those of the machines. */
  readonly furtherUsers?: number;
  /** How it is judged once resolved. */
  readonly verdict: { readonly classification: Classification; readonly determination: Determination };
  readonly tags?: readonly string[];
  readonly systemTags?: readonly string[];
  readonly alerts: readonly [AlertSeed, ...AlertSeed[]];
  /** What was done about it; without, its status is what incidents of its age mostly have. */
  readonly response?: Response;
  /** What analysts write about such an incident, each with the next; texts may hold `{machine0}` and `{user0}`. */
  readonly notes?: readonly [string, ...string[]];
}

/** The detector behind an alert: gives service, detection source and the form of the id. */
export type AlertSource =
  | 'endpoint'
  | 'antivirus'
  | 'customDetection'
  | 'office365'
  | 'cloudApps'
  | 'identity'
  | 'entraProtection'
  | 'cloud';
