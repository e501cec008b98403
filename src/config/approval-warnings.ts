import type { AccessConfig } from './access.ts';
import type { Guardrail } from './guardrails.ts';
import type { Tenant } from './tenants.ts';

/** Rules that ask for a second person where there can be none, in words for the log. */
export const approvalWarnings = (
  guardrails: readonly Guardrail[],
  { entra, apiKeys, roles }: AccessConfig,
  tenants: readonly Tenant[],
): string[] => {
  const asking = guardrails.filter(({ demand }) => demand.kind === 'approval');
  const mayApprove = apiKeys.some(
    ({ owner, roles: names }) =>
      owner !== null && names.some((name) => roles[name]?.permissions.includes('action:approve')),
  );
  const nobody =
    asking.length > 0 && entra.length === 0 && !mayApprove
      ? [
          'guardrails: nobody can approve: an API key with the permission "action:approve" needs an owner (access.apiKeys[].owner), or users come with tokens (access.entra)',
        ]
      : [];
  const onBehalf = tenants.filter(({ auth }) => auth.kind === 'onBehalfOf');
  const unaskable = asking.flatMap(({ name, when }) =>
    onBehalf
      .filter((tenant) => when.tenants === undefined || when.tenants.includes(tenant.name))
      .map(
        (tenant) =>
          `guardrails: "${name}" asks for approval in "${tenant.name}", which is used on behalf of its callers: nobody can be asked there, so what it holds for is not done`,
      ),
  );
  return [...nobody, ...unaskable];
};
