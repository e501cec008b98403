import { describe, expect, test } from 'vitest';
import { KqlFault } from '../../../../src/simulator/kql/fault.ts';
import { run } from './estate.ts';

const cases: readonly [string, string | RegExp][] = [
  ['', 'A recognition error occurred in the query. Token: <EOF>, Line: 1, Position: 0'],
  ['DeviceInfo\n| wher x', 'A recognition error occurred in the query. Token: wher, Line: 2, Position: 2'],
  ['DeviceInfo | take', /Token: <EOF>, Line: 1, Position: 17/],
  ['DeviceInfo | where DeviceId == "abc', /Token: ", Line: 1, Position: 31/],
  ['print "C:\\q"', /recognition error/],
  ['print "a\nb"', /recognition error/],
  ['print 12abc', /Token: 12abc/],
  ['print datetime(2026-13-01)', /recognition error/],
  ['print datetime(2026-01-01) or (true', /recognition error/],
  ['print 1e999', /recognition error/],
  ['DeviceInfo; AlertInfo', /Token: AlertInfo/],
  ['.show tables', /Token: \., Line: 1, Position: 0/],
  ['set notruncation; DeviceInfo', /recognition error/],
  ['DeviceInfo | evaluate bag_unpack(x)', /Token: evaluate/],
  ['DeviceInfo | invoke FileProfile()', /Token: invoke/],
  ['cluster("x").database("y").T', /recognition error/],
  ['Foo | take 1', "Failed to resolve table or column expression named 'Foo'"],
  ['deviceinfo | take 1', "Failed to resolve table or column expression named 'deviceinfo'"],
  ['DeviceInfo | where Ghost == 1', "'where' operator: Failed to resolve column or scalar expression named 'Ghost'"],
  [
    'DeviceInfo | project DeviceID',
    "'project' operator: Failed to resolve column or scalar expression named 'DeviceID'",
  ],
  ['DeviceInfo | join kind=inner AlertInfo on Ghost', /'join' operator: .*'Ghost'/],
  ['DeviceInfo | summarize by Ghost', /'summarize' operator/],
  ['DeviceInfo | summarize DeviceId', "'summarize' operator: An aggregate function is expected"],
  ['DeviceInfo | extend x = conjure(1)', "'extend' operator: Unknown function: 'conjure'"],
  ['DeviceInfo | extend x = strlen()', /'extend' operator: strlen\(\): function expects 1 argument/],
  ['DeviceInfo | where DeviceId > "a"', /Cannot compare values of types string and string/],
  ['DeviceInfo | where Timestamp == "2026-01-01"', /Cannot compare values of types datetime and string/],
  ['DeviceInfo | where OSBuild', /'where' operator: Expected an expression of type bool, got long/],
  ['DeviceInfo | where DeviceId matches regex "["', /Failed to parse regex/],
  ['IdentityInfo | sort by Tags', /dynamic cannot be sorted/],
  ['DeviceInfo | where AdditionalFields.x == 1', /path needs a value of type dynamic/],
  [`print ${'('.repeat(200_000)}1`, /nested too deeply|recognition error/],
];

describe("a wrong query is refused in the service's terms", () => {
  test.each(cases)('fault %#', (kql, message) => {
    expect(() => run(kql)).toThrow(KqlFault);
    expect(() => run(kql)).toThrow(message);
  });
});

test('a table that the API does not offer is unknown to it', () => {
  const tables = (name: string) => name.startsWith('Device');
  expect(run('DeviceInfo | take 1', { tables }).rows).toHaveLength(1);
  expect(() => run('EmailEvents | take 1', { tables })).toThrow("named 'EmailEvents'");
});
