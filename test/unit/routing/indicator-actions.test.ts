import { afterEach, expect, test } from 'vitest';
import { createIndicatorActions, type IndicatorWrite } from '../../../src/routing/indicator-actions.ts';
import { partsOver } from '../../support/parts.ts';
import { answer, startUpstream, type Upstream } from '../../support/upstream.ts';

let upstream: Upstream;
afterEach(() => upstream.stop());

const write = (
  indicatorType: 'FILE_SHA1' | 'CERTIFICATE_THUMBPRINT' | 'DOMAIN_NAME',
  indicatorValue: string,
): IndicatorWrite => ({
  wanted: { indicatorType, indicatorValue, terms: { action: 'ALLOWED', title: 't', description: 'd' } },
  before: null,
});

const hash = 'ab'.repeat(20);
const row = (id: string | number | null, indicator: string, failureReason: string | null = null) => ({
  ...{ id, indicator, isFailed: failureReason !== null, failureReason },
});

/** What is told of each, where the import answers with these rows. */
const told = async (writes: readonly IndicatorWrite[], body: unknown) => {
  upstream = await startUpstream((_, response) => answer(response, 200, body));
  const { write: send } = createIndicatorActions(partsOver(upstream));
  return (await send(upstream.tenant, writes, upstream.scope())).map(
    ({ indicatorId, error }) => indicatorId ?? error?.details.sent,
  );
};

const two = [write('DOMAIN_NAME', 'a.example'), write('DOMAIN_NAME', 'b.example')];

test('rows of an import are matched by their value, not by their place', async () => {
  expect(await told(two, { value: [row('2', 'B.example'), row('1', 'a.example')] })).toEqual(['1', '2']);
});

test('a row that says it failed was not done; one that is not there may have been', async () => {
  expect(await told(two, { value: [row(null, 'a.example', 'Too many')] })).toEqual(['no', 'maybe']);
});

test('a value of two types has two rows, in the order of the call', async () => {
  const writes = [write('FILE_SHA1', hash), write('CERTIFICATE_THUMBPRINT', hash)];
  expect(await told(writes, { value: [row(7, hash), row(8, hash)] })).toEqual(['7', '8']);
});

test.each([
  ['no body', undefined],
  ['an empty list', { value: [] }],
  ['rows that say nothing', { value: [{ id: '1' }, null, 'a.example'] }],
  ['no list', { value: 'ok' }],
])('an answer with %s tells of none', async (_, body) => {
  expect(await told(two, body)).toEqual(['maybe', 'maybe']);
});
