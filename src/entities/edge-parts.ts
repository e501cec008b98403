import type { RoutingDependencies } from '../routing/dependencies.ts';
import type { HuntingReads } from '../routing/hunting.ts';

/** What edges are read with. */
export interface EdgeParts extends RoutingDependencies {
  readonly hunting: HuntingReads;
  /** Ids gathered into one `$filter`. */
  readonly idsPerCall: number;
}
