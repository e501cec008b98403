import type { Answer, Running } from '../../support/gateway.ts';

/** What is told of one indicator. */
export interface Told {
  readonly indicatorId: string | null;
  readonly indicatorType: string | null;
  readonly indicatorValue: string | null;
  readonly change: string | null;
  readonly changes: readonly { readonly field: string; readonly from: unknown; readonly to: unknown }[] | null;
  readonly indicator: Readonly<Record<string, unknown>> | null;
  readonly outcome: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

const fields = `indicatorId indicatorType indicatorValue change changes { field from to }
  indicator { indicatorValue action title severity expirationTime application set } outcome error { code message }`;

/** Sends one of the actions on indicators; without a tenant, in `contoso`. */
export const perform = async (
  { ask }: Pick<Running, 'ask'>,
  name: 'createIndicators' | 'updateIndicators' | 'deleteIndicators',
  input: Readonly<Record<string, unknown>>,
): Promise<readonly Told[]> => {
  const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
  const answer = await ask<{ readonly payload: { readonly results: readonly Told[] } | null } | null>(
    `mutation ($input: ${type}!) { payload: ${name}(input: $input) { results { ${fields} } } }`,
    { input: { tenant: 'contoso', ...input } },
  );
  return resultsOf(answer);
};

/** What is told of one tenant. */
export interface ToldOfTenant {
  readonly tenant: { readonly name: string };
  readonly added: number | null;
  readonly changed: number | null;
  readonly removed: number | null;
  readonly unchanged: number | null;
  readonly notDone: number | null;
  readonly active: number | null;
  readonly remark: string | null;
  readonly outcome: string | null;
  readonly changes: readonly {
    readonly kind: string;
    readonly indicatorValue: string;
    readonly outcome: string | null;
    readonly error: { readonly code: string; readonly message: string } | null;
    readonly changes: readonly { readonly field: string }[] | null;
  }[];
  readonly error: { readonly code: string; readonly message: string } | null;
}

const ofTenant = `tenant { name } added changed removed unchanged notDone active remark outcome error { code message }
  changes(first: 20) { kind indicatorValue outcome error { code message } changes { field } }`;

/** Brings tenants to a set. */
export const apply = async (
  { ask }: Pick<Running, 'ask'>,
  input: Readonly<Record<string, unknown>>,
): Promise<readonly ToldOfTenant[]> =>
  resultsOf(
    await ask<{ readonly payload: { readonly results: readonly ToldOfTenant[] } | null } | null>(
      `mutation ($input: ApplyIndicatorsInput!) { payload: applyIndicators(input: $input) { results { ${ofTenant} } } }`,
      { input },
    ),
  );

/** Compares tenants with a set. */
export const plan = async (
  { ask }: Pick<Running, 'ask'>,
  input: Readonly<Record<string, unknown>>,
): Promise<readonly ToldOfTenant[]> => {
  const { data, errors } = await ask<{ readonly planIndicators: readonly ToldOfTenant[] } | null>(
    `query ($input: PlanIndicatorsInput!) { planIndicators(input: $input) { ${ofTenant} } }`,
    { input },
  );
  if (data === null) throw new Error(errors[0]?.message);
  return data.planIndicators;
};

const resultsOf = <Result>(
  answer: Answer<{ readonly payload: { readonly results: readonly Result[] } | null } | null>,
): readonly Result[] => {
  if (answer.data?.payload == null)
    throw new Error(`${answer.errors[0]?.extensions.code}: ${answer.errors[0]?.message}`);
  return answer.data.payload.results;
};

/** A domain to be blocked. */
export const domain = (indicatorValue: string, more: Readonly<Record<string, unknown>> = {}) => ({
  ...{ indicatorType: 'DOMAIN_NAME', indicatorValue, action: 'BLOCK', title: 'Bad', description: 'Seen in a case' },
  ...more,
});
