import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type FolderGateway, startOnFolder } from './support.ts';

/**
 * Two tenants, `contoso` and `fabrikam`, whose names are swapped by reading the folder again, while something is under way or kept. By the
 * name that it was asked with, nothing is told of, or sent to, the other tenant.
 */
let running: FolderGateway;

const second = { 'x-api-key': 'second' };
const sha256 = (key: string) => createHash('sha256').update(key).digest('hex');

/** The settings as they are at first, or with the names swapped. */
const settingsOf = (tenant: FolderGateway['tenant'], isSwapped: boolean) => {
  const [first, other] = isSwapped ? (['fabrikam', 'contoso'] as const) : (['contoso', 'fabrikam'] as const);
  const tagged = (of: string) => ({ tags: of === 'contoso' ? ['frozen'] : [] });
  return [tenant(first, { name: 'contoso', ...tagged(first) }), tenant(other, { name: 'fabrikam', ...tagged(other) })];
};

const place = async (isSwapped: boolean): Promise<void> => {
  await running.put('both.yaml', settingsOf(running.tenant, isSwapped));
  await running.gateway.reloadTenants();
};
const swap = () => place(true);

beforeAll(async () => {
  running = await startOnFolder({
    files: (tenant) => ({ 'both.yaml': settingsOf(tenant, false) }),
    settings: {
      access: {
        anonymous: 'admin',
        apiKeys: [{ name: 'second', owner: 'second@example.com', sha256: sha256('second'), roles: ['admin'] }],
      },
      guardrails: [
        { deny: 'restrict', tenantTags: ['frozen'], osPlatform: 'Windows11' },
        { requireApproval: 'scan', tenants: 'contoso' },
      ],
    },
  });
});
afterAll(() => running[Symbol.asyncDispose]());
beforeEach(async () => {
  running.simulator.faults.clear();
  running.simulator.calls.reset();
  await place(false);
});

const ask = async <Data>(query: string, headers?: Readonly<Record<string, string>>) => {
  const { data, errors } = await running.ask<Data>(query, headers);
  return { data, codes: errors.map(({ extensions }) => extensions.code) };
};

/** Takes the tag away that a guardrail holds for. */
const untag = async (): Promise<void> => {
  const tenants = settingsOf(running.tenant, false).map((one) => ({ ...one, tags: [] }));
  await running.put('both.yaml', tenants);
  await running.gateway.reloadTenants();
};

/** Does `work`, and swaps the names when its call of the operation has come to Microsoft. */
const swappedDuring = async <T>(operation: string, work: () => Promise<T>, change = swap): Promise<T> => {
  const { faults } = running.simulator;
  faults.add({ operation, tenant: 'contoso', times: 1, effect: { kind: 'slow', delayMs: 700 } });
  const done = work();
  await vi.waitFor(() => expect(faults.list()).toEqual([]), { timeout: 10_000, interval: 10 });
  await change();
  return done;
};

let taken = 0;
/** A machine of contoso's with which nothing was done yet. */
const freshMachine = (): string => {
  const { machines, actions } = running.simulator.world('contoso');
  const fresh = machines.filter(
    (machine) =>
      machine.onboardingStatus === 'Onboarded' &&
      machine.osPlatform === 'Windows11' &&
      machine.healthStatus === 'Active' &&
      !actions.some((action) => action.machine === machine),
  );
  const id = fresh[taken]?.id ?? '';
  taken += 1;
  return id;
};

const mutationOf = (name: string, more: string) =>
  `mutation { ${name}(input: { tenant: "contoso", comment: "c", ${more} }) { results { outcome error { code } } } }`;
const sentTo = (operation: string) =>
  ['contoso', 'fabrikam'].map((tenant) => running.simulator.calls.count({ operation, tenant }));

const machineNames = '{ machines(tenants: ["contoso"], first: 50) { nodes { computerDnsName } failures { code } } }';
const isOfContoso = (text: unknown): boolean =>
  JSON.stringify(text).includes('.contoso.com') && !JSON.stringify(text).includes('.fabrikam.com');
const isOfFabrikam = (text: unknown): boolean =>
  JSON.stringify(text).includes('.fabrikam.com') && !JSON.stringify(text).includes('.contoso.com');

interface Paged {
  readonly list: { readonly pageInfo: { readonly endCursor: string }; readonly nodes: readonly object[] } | null;
}

/** The second page of a list, whose first one was read before the swap. */
const pageAfterSwap = async (list: (after: string) => string, headers?: Readonly<Record<string, string>>) => {
  const first = await ask<Paged>(list('null'), headers);
  expect(first.data.list?.nodes.length).toBeGreaterThan(0);
  await swap();
  return ask<Paged>(list(JSON.stringify(first.data.list?.pageInfo.endCursor)), headers);
};
const refusedBoth = {
  codes: [],
  data: {
    list: expect.objectContaining({
      nodes: [],
      failures: ['contoso', 'fabrikam'].map((name) => ({ tenant: { name }, code: 'BAD_USER_INPUT' })),
    }),
  },
};
const rest = 'pageInfo { endCursor } nodes { id } failures { tenant { name } code }';

interface Situation {
  readonly what: string;
  readonly run: () => Promise<unknown>;
  readonly expected: unknown;
}

const situations: readonly Situation[] = [
  {
    what: 'the cursor of a list by time',
    run: () => pageAfterSwap((after) => `{ list: incidents(first: 2, after: ${after}) { ${rest} } }`),
    expected: refusedBoth,
  },
  {
    what: 'the cursor of a list without an order, whose second tenant was not begun',
    run: async () => {
      const found = await pageAfterSwap((after) => `{ list: machines(first: 2, after: ${after}) { ${rest} } }`);
      return { ...found, data: found.data.list };
    },
    expected: {
      codes: [],
      data: expect.objectContaining({ failures: [{ tenant: { name: 'contoso' }, code: 'BAD_USER_INPUT' }] }),
    },
  },
  {
    what: 'the cursor of a list that the gateway sorted',
    run: () =>
      pageAfterSwap(
        (after) => `{ list: machines(first: 2, orderBy: { field: COMPUTER_DNS_NAME }, after: ${after}) { ${rest} } }`,
      ),
    expected: { codes: ['BAD_USER_INPUT'], data: { list: null } },
  },
  {
    what: 'the cursor of an edge, of a thing that both have',
    run: async () => {
      interface Found<Node> {
        readonly list: { readonly nodes: readonly Node[] };
      }
      const both = await ask<Found<{ cveId: string; tenant: { name: string } }>>(
        '{ list: vulnerabilities(filter: { severity: [CRITICAL] }, first: 100) { nodes { cveId tenant { name } } } }',
      );
      const { nodes } = both.data.list;
      const [cveId] = nodes.flatMap((one) =>
        nodes.filter((each) => each.cveId === one.cveId).length > 1 ? one.cveId : [],
      );
      const asked = (after: string) =>
        `{ vulnerability(tenant: "contoso", cveId: "${cveId}") { list: machines(first: 1, after: ${after}) { ${rest} } } }`;
      const first = await ask<{ vulnerability: Paged | null }>(asked('null'));
      const after = JSON.stringify(first.data.vulnerability?.list?.pageInfo.endCursor);
      await swap();
      return (await ask(asked(after))).codes;
    },
    expected: ['BAD_USER_INPUT'],
  },
  {
    what: 'a page that is being read',
    run: async () => isOfContoso(await swappedDuring('listMachines', () => ask(machineNames))),
    expected: true,
  },
  {
    what: 'an answer that is kept',
    run: async () => {
      const fresh = { 'cache-control': 'max-age=300' };
      const before = await ask(machineNames, fresh);
      await swap();
      const after = await ask(machineNames, fresh);
      return [isOfContoso(before), isOfFabrikam(after)];
    },
    expected: [true, true],
  },
  {
    what: 'an answer that came after the swap to a request of before it',
    run: async () => {
      const fresh = { 'cache-control': 'max-age=300' };
      await swappedDuring('listMachines', () => ask(machineNames.replace('50', '49'), fresh));
      return isOfFabrikam(await ask(machineNames.replace('50', '49'), fresh));
    },
    expected: true,
  },
  {
    what: 'a hunt under way',
    run: async () => {
      const query = 'DeviceInfo | distinct DeviceName | take 100';
      const asked = `{ hunt(input: { query: "${query}", tenants: ["contoso"] }) { rows tenants { status } } }`;
      return isOfContoso(await swappedDuring('graph.hunting.run', () => ask(asked)));
    },
    expected: true,
  },
  {
    what: 'an export under way',
    run: async () => {
      const { url } = running.gateway;
      const exported = () =>
        fetch(`${url}/export/machines?tenants=contoso&fields=tenant,computerDnsName`).then((answer) => answer.text());
      return isOfContoso(await swappedDuring('listMachines', exported));
    },
    expected: true,
  },
  {
    what: 'an action that is waited for',
    run: async () => {
      const asked = mutationOf('isolateMachines', `machineIds: ["${freshMachine()}"], waitSeconds: 30`);
      const { data } = await swappedDuring('getMachineAction', () => ask(asked));
      return [data, sentTo('isolateMachine')];
    },
    expected: [{ isolateMachines: { results: [{ outcome: 'DONE', error: null }] } }, [1, 0]],
  },
  {
    what: 'an action in a tenant that a guardrail holds for, planned before the swap',
    run: async () => {
      const asked = mutationOf('restrictCodeExecution', `machineIds: ["${freshMachine()}"]`);
      const { data } = await swappedDuring('getMachine', () => ask(asked));
      return [data, sentTo('restrictCodeExecution')];
    },
    expected: [{ restrictCodeExecution: { results: [{ outcome: 'REFUSED', error: { code: 'GUARDRAIL' } }] } }, [0, 0]],
  },
  {
    what: 'an action that a guardrail speaks against, though it is taken away before the send',
    run: async () => {
      const asked = mutationOf('restrictCodeExecution', `machineIds: ["${freshMachine()}"]`);
      const { data } = await swappedDuring('getMachine', () => ask(asked), untag);
      return [data, sentTo('restrictCodeExecution')];
    },
    expected: [{ restrictCodeExecution: { results: [{ outcome: 'REFUSED', error: { code: 'GUARDRAIL' } }] } }, [0, 0]],
  },
  {
    what: 'an approval',
    run: async () => {
      const requested = await ask<{ requestApproval: { approval: { approvalId: string } } }>(
        `mutation { requestApproval(input: { action: { scanMachines: {
          tenant: "contoso", machineIds: ["${freshMachine()}"], comment: "c", scanType: QUICK } } }) { approval { approvalId } } }`,
      );
      const id = requested.data.requestApproval?.approval.approvalId;
      const seen = `{ approvals(tenants: ["contoso"]) { nodes { approvalId } } approval(approvalId: "${id}") { approvalId } }`;
      await swap();
      const shown = await ask<{ approvals: { nodes: readonly object[] } }>(seen, second);
      const approve = `mutation { approveAction(input: { approvalId: "${id}" }) { results { error { code } } } }`;
      const approved = await ask(approve, second);
      const sent = sentTo('runAntivirusScan');
      await place(false);
      const back = await ask<{ approvals: { nodes: readonly object[] } }>(seen, second);
      return [shown.data?.approvals?.nodes, shown.codes, approved.codes, sent, back.data.approvals.nodes.length];
    },
    expected: [[], ['NOT_FOUND'], ['CONFLICT'], [0, 0], 1],
  },
  {
    what: 'an approval that is being performed',
    run: async () => {
      const requested = await ask<{ requestApproval: { approval: { approvalId: string } } }>(
        `mutation { requestApproval(input: { action: { scanMachines: {
          tenant: "contoso", machineIds: ["${freshMachine()}"], comment: "c", scanType: QUICK } } }) { approval { approvalId } } }`,
      );
      const id = requested.data.requestApproval?.approval.approvalId;
      const approve = `mutation { approveAction(input: { approvalId: "${id}" }) { results { outcome error { code } } } }`;
      const approved = await swappedDuring('getMachine', () => ask(approve, second));
      return [approved, sentTo('runAntivirusScan'), (await ask(approve, second)).codes, sentTo('runAntivirusScan')];
    },
    expected: [
      { codes: [], data: { approveAction: { results: [{ outcome: 'DONE', error: null }] } } },
      [1, 0],
      [],
      [1, 0],
    ],
  },
  {
    what: 'a repeat under the key of an action',
    run: async () => {
      const asked = mutationOf('isolateMachines', `machineIds: ["${freshMachine()}"], idempotencyKey: "swapped"`);
      await ask(asked);
      await swap();
      return [(await ask(asked)).codes, sentTo('isolateMachine')];
    },
    expected: [['CONFLICT'], [1, 0]],
  },
  {
    what: 'a repeat under the key of an indicator set',
    run: async () => {
      const asked = `mutation { applyIndicators(input: { set: "swapped", tenants: ["contoso"], idempotencyKey: "set", indicators: [
        { indicatorType: DOMAIN_NAME, indicatorValue: "swapped.example", action: BLOCK, title: "t", description: "d" }] }) {
        results { outcome error { code } } } }`;
      const first = await ask(asked);
      await swap();
      return [first.data, (await ask(asked)).data, sentTo('submitIndicator')];
    },
    expected: [
      { applyIndicators: { results: [{ outcome: 'DONE', error: null }] } },
      { applyIndicators: { results: [{ outcome: 'FAILED', error: { code: 'CONFLICT' } }] } },
      [1, 0],
    ],
  },
  {
    what: 'records of the audit log',
    run: async () => {
      const machine = freshMachine();
      await ask(mutationOf('isolateMachines', `machineIds: ["${machine}"]`));
      const asked = `{ auditLog(tenants: ["contoso"], filter: { target: "${machine}" }) { nodes { target } } }`;
      const told = async () =>
        (await ask<{ auditLog: { nodes: readonly object[] } }>(asked)).data.auditLog.nodes.length;
      const before = await told();
      await swap();
      return [before, await told()];
    },
    expected: [2, 0],
  },
  {
    what: 'a breaker that is open, and a failure that comes after the swap',
    run: async () => {
      const effect = { kind: 'status', status: 500 } as const;
      running.simulator.faults.add({ operation: 'listMachines', tenant: 'contoso', effect });
      const down = await Promise.all(
        Array.from({ length: 3 }, (_, index) => ask(machineNames.replace('50', `${40 + index}`))),
      );
      await swap();
      return [
        down.every(({ data }) => JSON.stringify(data).includes('UPSTREAM_UNAVAILABLE')),
        isOfFabrikam(await ask(machineNames)),
      ];
    },
    expected: [true, true],
  },
  {
    what: 'quotas that were drawn on',
    run: async () => {
      const asked = '{ gatewayStatus { quotas(tenants: ["contoso"]) { class } } }';
      interface Told {
        readonly gatewayStatus: { readonly quotas: readonly { readonly class: string }[] };
      }
      const classes = async () => (await ask<Told>(asked)).data.gatewayStatus.quotas.map((quota) => quota.class);
      const before = await classes();
      await swap();
      return [before.includes('mde.isolateMachine'), (await classes()).includes('mde.isolateMachine')];
    },
    expected: [true, false],
  },
];

test.each(situations)('X1: tenants are read again: $what', async ({ run, expected }) => {
  expect(await run()).toEqual(expected);
});
