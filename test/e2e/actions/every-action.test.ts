import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ActionName, actionNames } from '../../../src/actions/table.ts';
import { idleMachines, runningScan } from '../../fault-matrix/estate.ts';
import { type Running, startRunning } from '../../support/gateway.ts';
import { keyHeader, keyRow } from '../../support/keys.ts';
import { changedSettings } from '../../support/settings.ts';
import { simTenant } from '../../support/tenants.ts';
import { type ActionRow, actionRows } from './action-rows.ts';
import { type OtherRow, otherRows } from './other-rows.ts';

const readOnly = { mde: ['Machine.Read.All'], m365d: ['Incident.Read.All'], graph: ['SecurityIncident.Read.All'] };

let running: Running;
beforeAll(async () => {
  running = await startRunning({
    simulator: {
      tenants: [
        ...[simTenant('contoso'), simTenant('fabrikam', { permissions: readOnly })],
        ...[simTenant('guarded'), simTenant('asked')],
      ],
      enforceQuotas: false,
      profile: 'mild',
    },
    settings: (offered) =>
      changedSettings(offered, [
        [['access', 'apiKeys'], [keyRow('reader', { roles: ['reader'] })]],
        [['approvals', 'openPerCaller'], 100],
        [
          ['guardrails'],
          [
            { name: 'no', deny: 'all', tenants: 'guarded' },
            { name: 'two', requireApproval: 'all', tenants: 'asked' },
          ],
        ],
      ]),
  });
  for (const tenant of ['contoso', 'fabrikam', 'guarded', 'asked']) {
    const world = worldOf(tenant);
    world.actions.unshift({ ...runningScan(idleMachines(world)[0] ?? nobody()), unanswered: true });
  }
});
afterAll(() => running.stop());

type Input = Readonly<Record<string, unknown>>;
const rows: Readonly<Record<ActionName, ActionRow | OtherRow>> = { ...actionRows, ...otherRows };
const worldOf = (tenant: string) => running.simulator.world(tenant);
const nobody = (): never => {
  throw new Error('The estate has no idle machine');
};
/** Where it is asked for: one action takes several tenants. */
const where = (name: ActionName, tenant: string): Input =>
  name === 'applyIndicators' ? { tenants: [tenant] } : { tenant };

/** Input that is possible in a tenant. */
const inputOf = (name: ActionName, tenant: string, estate = tenant): Input => {
  const row = rows[name];
  if (!('targets' in row)) return { ...row.input(worldOf(estate)), ...where(name, tenant) };
  const ids = [row.target(worldOf(estate), new Set())];
  return { ...where(name, tenant), comment: 'Beaconing', ...row.input, [row.targets]: ids };
};

const otherOf = (name: ActionName): Input => {
  const row = rows[name];
  return typeof row.other === 'function' ? row.other(worldOf('contoso')) : row.other;
};

const capital = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

interface Payload {
  readonly results?: readonly { readonly error: { readonly code: string } | null }[];
}

/** The code of an answer: of the whole, else of its first result; undefined: it was done. */
const codeOf = async (name: ActionName, input: Input, headers: Readonly<Record<string, string>> = {}) => {
  const document = `mutation ($input: ${capital(name)}Input!) { payload: ${name}(input: $input) { results { error { code } } } }`;
  const { data, errors } = await running.ask<{ readonly payload: Payload | null } | null>(document, { input }, headers);
  return errors[0]?.extensions.code ?? data?.payload?.results?.[0]?.error?.code;
};

const requestApproval = async (name: ActionName, input: Input) => {
  const document = `mutation ($input: RequestApprovalInput!) { payload: requestApproval(input: $input) {
    approval { mutation guardrails } } }`;
  return running.ask<{ readonly payload: { readonly approval: object } | null } | null>(document, {
    input: { action: { [name]: input } },
  });
};

/** What changes something at Microsoft's side: all but reads, among which are Graph's `$batch`, hunting and sign-in. */
const changes = (): number =>
  running.simulator.calls
    .list()
    .filter(({ method, operation }) => method !== 'GET' && !/batch$|hunting|entra|^token/i.test(operation ?? ''))
    .length;

/** What speaks against every action alike. */
const refusals: readonly (readonly [
  what: string,
  code: string,
  ask: (name: ActionName) => Promise<string | undefined>,
])[] = [
  ['a blank key', 'BAD_USER_INPUT', (name) => codeOf(name, { ...inputOf(name, 'contoso'), idempotencyKey: ' ' })],
  [
    'a mutation id that is too long',
    'BAD_USER_INPUT',
    (name) => codeOf(name, { ...inputOf(name, 'contoso'), clientMutationId: 'x'.repeat(257) }),
  ],
  [
    'a key that is too long',
    'BAD_USER_INPUT',
    (name) => codeOf(name, { ...inputOf(name, 'contoso'), idempotencyKey: 'x'.repeat(257) }),
  ],
  ['a tenant that there is not', 'NOT_FOUND', (name) => codeOf(name, inputOf(name, 'nowhere', 'contoso'))],
  ['a blank tenant', 'NOT_FOUND', (name) => codeOf(name, inputOf(name, ' ', 'contoso'))],
  ['no permission at the gateway', 'FORBIDDEN', (name) => codeOf(name, inputOf(name, 'contoso'), keyHeader('reader'))],
  ['no permission in the tenant', 'MISSING_PERMISSION', (name) => codeOf(name, inputOf(name, 'fabrikam'))],
  [
    'no permission in the tenant, dry run',
    'MISSING_PERMISSION',
    (name) => codeOf(name, { ...inputOf(name, 'fabrikam'), dryRun: true }),
  ],
  ['a guardrail', 'GUARDRAIL', (name) => codeOf(name, inputOf(name, 'guarded'))],
  ['a guardrail that asks for a second person', 'GUARDRAIL', (name) => codeOf(name, inputOf(name, 'asked'))],
  [
    'an approval that nothing asks for',
    'APPROVAL_NOT_NEEDED',
    async (name) => (await requestApproval(name, inputOf(name, 'contoso'))).errors[0]?.extensions.code,
  ],
  [
    'an approval of what no approval lifts',
    'GUARDRAIL',
    async (name) => (await requestApproval(name, inputOf(name, 'guarded'))).errors[0]?.extensions.code,
  ],
];

describe('bad input of every action is answered with its code, and Microsoft sees nothing of it', () => {
  const cells = actionNames.flatMap((name) => refusals.map(([what, code, ask]) => ({ name, what, code, ask })));
  test.each(cells)('X2: $name: $what', async ({ name, code, ask }) => {
    const before = changes();
    expect(await ask(name)).toBe(code);
    expect(changes()).toBe(before);
  });
});

describe('what nobody knows is NOT_FOUND, and Microsoft sees nothing of it', () => {
  const cells = actionNames.flatMap((name) => rows[name].unknown.map((unknown) => ({ name, unknown })));
  test.each(cells)('X2: $name: $unknown', async ({ name, unknown }) => {
    const input = { ...inputOf(name, 'contoso'), ...unknown };
    const before = changes();
    expect(await codeOf(name, { ...input, dryRun: true })).toBe('NOT_FOUND');
    expect(await codeOf(name, input)).toBe('NOT_FOUND');
    expect(changes()).toBe(before);
  });
});

test.each(actionNames)('X3: %s can be put before a second person', async (name) => {
  const before = changes();
  const { data, errors } = await requestApproval(name, inputOf(name, 'asked'));
  expect(errors).toEqual([]);
  expect(data?.payload?.approval).toEqual({ mutation: name, guardrails: ['two'] });
  expect(changes()).toBe(before);
});

// Last: it is done.
test.each(actionNames)('X1: a key of %s with other input is refused', async (name) => {
  const given = inputOf(name, 'contoso');
  const row = rows[name];
  // So that there is something to take back.
  const before = 'after' in row && row.after !== null ? row.after : null;
  if (before !== null) await codeOf(before, { ...given, waitSeconds: 20 });
  const input = { ...given, idempotencyKey: `other-${name}` };
  expect(await codeOf(name, input)).toBeUndefined();
  const count = changes();
  expect(await codeOf(name, { ...input, ...otherOf(name) })).toBe('CONFLICT');
  expect(changes()).toBe(count);
});
