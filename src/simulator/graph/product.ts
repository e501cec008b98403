import type { Product } from '../http/types.ts';
import { alertRoutes } from './alerts.ts';
import { batchRoutes } from './batch.ts';
import { graphError } from './error.ts';
import { huntingRoutes, type RunKql } from './hunting.ts';
import { incidentRoutes } from './incidents.ts';
import { regroupRoutes } from './regroup.ts';

/** What the stand-in of Graph security needs. */
export interface GraphOptions {
  readonly runKql: RunKql;
  /** Most entities on a page of either list. Default: 50 incidents, 1,000 alerts; no page documents either. */
  readonly pageSize?: number;
  /** Answers an empty page with a nextLink before each further page. Default false. */
  readonly emptyPages?: boolean;
}

/** Graph security over the estate: incidents, alerts_v2, hunting and batches, under `/v1.0` and `/beta`. */
export function createGraph({ runKql, pageSize, emptyPages = false }: GraphOptions): Product {
  return {
    name: 'graph',
    routes: [
      ...incidentRoutes({ pageSize: pageSize ?? 50, emptyPages }),
      ...alertRoutes({ pageSize: pageSize ?? 1000, emptyPages }),
      ...regroupRoutes(),
      ...huntingRoutes(runKql),
      ...batchRoutes(),
    ],
    error: graphError,
  };
}
