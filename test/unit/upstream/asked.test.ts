import { expect, test } from 'vitest';
import { observableIds } from '../../../src/domain/observable-ids.ts';
import { asked, type IsAsked } from '../../../src/upstream/asked.ts';

const hex = (digit: string, digits = 40) => digit.repeat(digits);
const byHost = asked.byName('host', observableIds.domain);
const byAddress = asked.byName('ipAddress', observableIds.ipAddress);
const named = (computerDnsName: string | null) => ({ id: hex('a'), computerDnsName });

test.each<[string, IsAsked, string, Readonly<Record<string, unknown>>]>([
  ['an id in another case', asked.byId(), 'VA-_-google-_-chrome', { id: 'va-_-google-_-chrome' }],
  ['a number in place of a text', asked.byId('incidentId'), '924518', { incidentId: 924518 }],
  ['the id of a machine in another case', asked.byIdOrName, hex('A'), named(null)],
  ['a machine by its host name', asked.byIdOrName, 'fin-ws-001', named('FIN-WS-001.contoso.com')],
  ['a machine that tells its host name alone', asked.byIdOrName, 'fin-ws-001.contoso.com', named('fin-ws-001')],
  [
    'a machine whose name ends with the root',
    asked.byIdOrName,
    'fin-ws-001.contoso.com.',
    named('fin-ws-001.contoso.com'),
  ],
  ['a machine without a name', asked.byIdOrName, 'fin-ws-001', named(null)],
  ['a file that tells its other hash alone', asked.byHash, hex('b', 64), { sha1: hex('a') }],
  ['a hash in another case', asked.byHash, hex('b', 64), { sha1: hex('a'), sha256: hex('B', 64) }],
  ['a domain in its own script', byHost, 'xn--bcher-kva.example', { host: 'BÜCHER.example.' }],
  ['an address in its long form', byAddress, '2001:db8::1', { ipAddress: '2001:0DB8:0:0:0:0:0:1' }],
  ['what does not say whose it is', byAddress, '8.8.8.8', { ipAddress: null }],
  ['a name with blanks around it', asked.byText('scanName'), 'Floor 9', { scanName: ' floor 9 ' }],
])('what was asked for is %s', (_, isAsked, id, came) => {
  expect(isAsked(came, id)).toBe(true);
});

test.each<[string, IsAsked, string, Readonly<Record<string, unknown>>]>([
  ['another id', asked.byId(), '1', { id: 2 }],
  ['no id', asked.byId(), 'null', { id: null }],
  ['another machine by an id', asked.byIdOrName, hex('b'), named('fin-ws-001')],
  ['another machine by a name that begins so', asked.byIdOrName, 'fin-ws-001', named('fin-ws-0012.contoso.com')],
  ['a machine of another domain', asked.byIdOrName, 'fin-ws-001.contoso.com', named('fin-ws-001.fabrikam.com')],
  ['another file', asked.byHash, hex('b', 64), { sha256: hex('c', 64) }],
  ['a domain below it', byHost, 'example.com', { host: 'www.example.com' }],
  ['another name', asked.byText('scanName'), 'Floor 9', { scanName: 'Floor 90' }],
])('what was asked for is not %s', (_, isAsked, id, came) => {
  expect(isAsked(came, id)).toBe(false);
});
