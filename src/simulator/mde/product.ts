import { defenderError, guarded } from '../defender/answer.ts';
import type { RunKql } from '../defender/hunting.ts';
import type { Product } from '../http/types.ts';
import { actionOrderRoutes } from './action-orders.ts';
import type { ActionTimes } from './action-progress.ts';
import { actionRoutes } from './actions.ts';
import { alertCreateRoutes } from './alert-create.ts';
import { alertEntityRoutes } from './alert-entities.ts';
import { alertRoutes } from './alerts.ts';
import { deviceHealthRoutes } from './device-health.ts';
import { type Downloads, downloadRoutes } from './downloads.ts';
import { fileRoutes } from './files.ts';
import { huntingRoutes } from './hunting.ts';
import { indicatorRoutes } from './indicators.ts';
import { investigationRoutes } from './investigations.ts';
import { libraryRoutes } from './library.ts';
import { liveResponseRoutes } from './live-response.ts';
import { lookupRoutes } from './lookups.ts';
import { machineFindRoutes } from './machine-find.ts';
import { machineTagRoutes } from './machine-tags.ts';
import { machineRoutes } from './machines.ts';
import { scanRoutes } from './scans.ts';
import { vulnerabilityManagementRoutes } from './vulnerability/routes.ts';

/** What the stand-in of Defender for Endpoint needs. */
export interface MdeOptions extends Downloads {
  /** How long machine actions take. */
  readonly actionTimes: ActionTimes;
  /** Rows of a list when the request has no `$top`; the documented 10,000 when absent. */
  readonly pageSize?: number;
  readonly runKql: RunKql;
}

/** The MDE API over the estate: machines, alerts, antivirus, actions, live response, investigations, indicators, hunting, vulnerabilities. */
export function createMde(options: MdeOptions): Product {
  const { actionTimes: times, links, linkOrigin, pageSize = 10_000, runKql } = options;
  const routes = [
    ...alertRoutes({ pageSize }),
    ...alertCreateRoutes({ runKql }),
    ...alertEntityRoutes(),
    ...machineRoutes({ pageSize }),
    ...deviceHealthRoutes(),
    ...scanRoutes(),
    ...machineTagRoutes(),
    ...machineFindRoutes(),
    ...actionOrderRoutes({ times }),
    ...actionRoutes({ pageSize, times }),
    ...liveResponseRoutes({ times }),
    ...downloadRoutes({ times, links, linkOrigin }),
    ...libraryRoutes(),
    ...investigationRoutes({ pageSize, times }),
    ...indicatorRoutes({ pageSize }),
    ...huntingRoutes({ runKql }),
    ...fileRoutes(),
    ...lookupRoutes(),
    ...vulnerabilityManagementRoutes({ pageSize }, { links, linkOrigin }),
  ];
  return { name: 'mde', routes: routes.map((route) => guarded(route, { odata: 'ODataError' })), error: defenderError };
}
