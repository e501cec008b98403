import type { Classification, Determination } from '../world/types.ts';

/** `inProgress` → `InProgress`: how MDE and M365D spell Graph's enum members. */
export const pascal = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

const classifications = {
  unknown: 'Unknown',
  falsePositive: 'FalsePositive',
  truePositive: 'TruePositive',
  informationalExpectedActivity: 'InformationalExpectedActivity',
} satisfies Record<Classification, string>;

interface Judged {
  readonly classification: Classification | null;
  readonly determination: Determination | null;
}

interface DeterminationNames {
  readonly mde: string;
  readonly m365d: string;
  /** A spelling of yet another page. */
  readonly other?: string;
}

/** Determinations as each API sends them: the pages disagree, and an update takes every spelling. */
const determinations: Readonly<Record<Determination, DeterminationNames>> = {
  unknown: { mde: 'NotAvailable', m365d: 'NotAvailable' },
  malware: { mde: 'Malware', m365d: 'Malware' },
  securityTesting: { mde: 'SecurityTesting', m365d: 'SecurityTesting' },
  unwantedSoftware: { mde: 'UnwantedSoftware', m365d: 'UnwantedSoftware' },
  other: { mde: 'Other', m365d: 'Other' },
  multiStagedAttack: { mde: 'MultiStagedAttack', m365d: 'MultiStagedAttack' },
  compromisedAccount: { mde: 'CompromisedUser', m365d: 'CompromisedAccount' },
  phishing: { mde: 'Phishing', m365d: 'Phishing' },
  maliciousUserActivity: { mde: 'MaliciousUserActivity', m365d: 'MaliciousUserActivity' },
  notMalicious: { mde: 'Clean', m365d: 'Clean', other: 'NotMalicious' },
  // Microsoft's own spelling in M365D.
  notEnoughDataToValidate: {
    mde: 'InsufficientData',
    m365d: 'NoEnoughDataToValidate',
    other: 'NotEnoughDataToValidate',
  },
  confirmedActivity: { mde: 'ConfirmedUserActivity', m365d: 'ConfirmedActivity' },
  lineOfBusinessApplication: { mde: 'LineOfBusinessApplication', m365d: 'LineOfBusinessApplication' },
};

const isClassification = (name: string): name is Classification => name in classifications;
const isDetermination = (name: string): name is Determination => name in determinations;

/** `null` for a name that no page prints; case does not matter. */
export function classificationNamed(name: string): Classification | null {
  const wanted = name.toLowerCase();
  const found = Object.entries(classifications).find(([, sent]) => sent.toLowerCase() === wanted)?.[0];
  return found !== undefined && isClassification(found) ? found : null;
}

/** `null` for a name that no page prints; case does not matter. */
export function determinationNamed(name: string): Determination | null {
  const wanted = name.toLowerCase();
  const found = Object.entries(determinations).find(([, { mde, m365d, other }]) =>
    [mde, m365d, other].some((spelling) => spelling?.toLowerCase() === wanted),
  )?.[0];
  return found !== undefined && isDetermination(found) ? found : null;
}

/** The wire names of a judgement; what nobody judged is `null` in both APIs, on alerts and incidents. */
export function verdictSent(
  { classification, determination }: Judged,
  api: 'mde' | 'm365d',
): { readonly classification: string | null; readonly determination: string | null } {
  return {
    classification: classification === null ? null : classifications[classification],
    determination: determination === null ? null : determinations[determination][api],
  };
}

/** Detectors of MDE under their older names, which MDE and M365D still send. */
export const endpointDetectionSources: Readonly<Record<string, string>> = {
  microsoftDefenderForEndpoint: 'WindowsDefenderAtp',
  antivirus: 'WindowsDefenderAv',
  customDetection: 'CustomDetection',
  customTi: 'CustomTi',
};
