import { afterEach, expect, test } from 'vitest';
import { AmbiguousMachineError } from '../../../src/routing/machine-names.ts';
import { createMachineReads } from '../../../src/routing/machines.ts';
import { partsOver } from '../../support/parts.ts';
import { answer, startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
afterEach(() => upstream.stop());

const machines = [
  { id: '1'.repeat(40), computerDnsName: 'fin-1.contoso.com' },
  { id: '2'.repeat(40), computerDnsName: 'fin-1.fabrikam.com' },
  { id: '3'.repeat(40), computerDnsName: 'fin-12.contoso.com' },
  { id: '4'.repeat(40), computerDnsName: 'Fin-Mixed.contoso.com' },
];

/** An MDE whose filters compare with case, as OData does. */
const start = async () => {
  upstream = await startUpstream((url, response) => {
    const filter = url.searchParams.get('$filter');
    const starts = [...(filter ?? '').matchAll(/startswith\(computerDnsName,'([^']*)'\)/g)].map(
      ([, text]) => text ?? '',
    );
    const equals = [...(filter ?? '').matchAll(/computerDnsName eq '([^']*)'/g)].map(([, text]) => text ?? '');
    const found = machines.filter(
      ({ computerDnsName: name }) =>
        filter === null || starts.some((text) => name.startsWith(text)) || equals.includes(name),
    );
    answer(response, 200, { value: found.slice(Number(url.searchParams.get('$skip') ?? 0)) });
  });
  return createMachineReads(partsOver(upstream));
};

test('R5: a host name is the machine that has it; several are told', async () => {
  const reads = await start();
  const found = await reads.byIds(upstream.tenant, ['FIN-12', 'fin-1', 'none'], upstream.scope());
  expect(found.get('FIN-12')).toMatchObject({ machineId: '3'.repeat(40) });
  expect(found.get('fin-1')).toBeInstanceOf(AmbiguousMachineError);
  expect(found.get('fin-1')).toMatchObject({
    message: expect.stringMatching(/fin-1\.contoso\.com.*fin-1\.fabrikam\.com/),
  });
  expect(found.has('none')).toBe(false);
});

test('R5: a name in mixed case is found although filters compare with case', async () => {
  const reads = await start();
  const opening = { from: { kind: 'start' }, top: 10 } as const;
  const filter = { computerDnsName: 'FIN-MIXED.contoso.com' };
  const { page, matches = () => true } = await reads.open(upstream.tenant, filter, opening, upstream.scope());
  expect(page.items.filter(matches).map(({ machineId }) => machineId)).toEqual(['4'.repeat(40)]);
});
