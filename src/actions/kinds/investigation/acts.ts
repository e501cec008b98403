import type { Act } from '../../act.ts';
import { checkComment, checkTargets } from '../../check-input.ts';
import type { StartInvestigationInput } from '../../inputs.ts';
import type { InvestigationResult } from '../../payloads.ts';
import { payloadOf } from '../../results.ts';
import { canonical } from '../machine/targets.ts';
import { investigationKind } from './kind.ts';

/** initiate-autoir-investigation.md */
export const startInvestigation: Act<StartInvestigationInput, InvestigationResult> = {
  guardrail: 'startInvestigation',
  permission: 'investigation:start',
  targetsOf: ({ machineIds }) => machineIds,
  perform: async (parts, mutation, acting, input, scope) => {
    const { access } = acting;
    const tenant = access.tenantFor(input.tenant, 'investigation:start');
    const asked = checkTargets('machineIds', input.machineIds, parts.targetsPerMutation).map(canonical);
    const comment = checkComment(input.comment);
    const visibility = access.machineVisibility('investigation:start', tenant);
    const readable = access.machineVisibility('machine:read', tenant);
    const { force = false } = input;
    const kind = investigationKind(parts, { tenant, asked, comment, isForced: force, visibility, readable });
    const order = { acting, mutation, guardrail: 'startInvestigation', tenant, input, asked, comment, kind } as const;
    const results = await parts.pipeline(
      { ...order, read: 'machine:read', particulars: { comment, ...(force && { force }) } },
      scope,
    );
    return payloadOf(input, results);
  },
};
