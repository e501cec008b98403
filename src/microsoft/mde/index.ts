import { alerts } from './alerts.ts';
import { assessments } from './assessments.ts';
import { deviceHealth } from './device-health.ts';
import { hunting } from './hunting.ts';
import { indicators } from './indicators.ts';
import { investigations } from './investigations.ts';
import { library } from './library.ts';
import { lookups } from './lookups.ts';
import { machineActions } from './machine-actions.ts';
import { machines } from './machines.ts';
import { recommendations } from './recommendations.ts';
import { remediation } from './remediation.ts';
import { scans } from './scans.ts';
import { scores } from './scores.ts';
import { software } from './software.ts';
import { vulnerabilities } from './vulnerabilities.ts';

/** Every operation of Defender for Endpoint that Microsoft documents. */
export const mde = {
  ...alerts,
  ...assessments,
  ...deviceHealth,
  ...hunting,
  ...indicators,
  ...investigations,
  ...library,
  ...lookups,
  ...machineActions,
  ...machines,
  ...recommendations,
  ...remediation,
  ...scans,
  ...scores,
  ...software,
  ...vulnerabilities,
} as const;
