import type { GraphOnlyKind } from '../world/graph-only.ts';
import { cloudKinds } from './evidence-cloud.ts';
import { containerKinds } from './evidence-containers.ts';
import { hostKinds } from './evidence-hosts.ts';
import { identityKinds } from './evidence-identity.ts';
import type { Render } from './evidence-piece.ts';

/** How each kind that Graph alone tells of is rendered: every property that the metadata has. */
export const graphOnly = { ...hostKinds, ...identityKinds, ...cloudKinds, ...containerKinds } satisfies Record<
  GraphOnlyKind,
  Render
>;
