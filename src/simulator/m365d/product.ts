import { defenderError, guarded } from '../defender/answer.ts';
import type { RunKql } from '../defender/hunting.ts';
import type { Product } from '../http/types.ts';
import { huntingRoutes } from './hunting.ts';
import { incidentRoutes } from './incidents.ts';

/** The M365D API over the estate: incidents and hunting. */
export function createM365d({ runKql }: { readonly runKql: RunKql }): Product {
  const routes = [...incidentRoutes(), ...huntingRoutes({ runKql })];
  return {
    name: 'm365d',
    routes: routes.map((route) => guarded(route, { odata: 'BadRequest' })),
    error: defenderError,
  };
}
