import type { HuntingReads } from '../routing/hunting.ts';
import type { RoutingParts } from '../routing/parts.ts';

/** What edges are read with. */
export interface EdgeParts extends RoutingParts {
  readonly hunting: HuntingReads;
  /** Ids gathered into one `$filter`. */
  readonly idsPerCall: number;
}
