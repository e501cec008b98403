import { expect, test } from 'vitest';
import { readAddress } from '../../../src/domain/addresses.ts';
import { readDomainName } from '../../../src/domain/domain-names.ts';
import { spelledId } from '../../../src/domain/id-forms.ts';
import {
  indicatorKey,
  isOnOneOf,
  type KnownIndicatorType,
  readIndicatorValue,
  spellingsOf,
} from '../../../src/domain/indicator-values.ts';
import { observableIds } from '../../../src/domain/observable-ids.ts';

const sent: readonly (readonly [KnownIndicatorType, given: string, value: string])[] = [
  ['FILE_SHA1', ` ${'AB'.repeat(20)} `, 'ab'.repeat(20)],
  ['CERTIFICATE_THUMBPRINT', 'CD'.repeat(20), 'cd'.repeat(20)],
  ['IP_ADDRESS', '8.8.8.8', '8.8.8.8'],
  ['IP_ADDRESS', '172.15.0.1', '172.15.0.1'],
  ['IP_ADDRESS', '172.32.0.1', '172.32.0.1'],
  ['IP_ADDRESS', '223.255.255.255', '223.255.255.255'],
  ['IP_ADDRESS', '2001:4860:4860::8888', '2001:4860:4860:0:0:0:0:8888'],
  ['IP_ADDRESS', '2001:DB8::', '2001:db8:0:0:0:0:0:0'],
  ['IP_ADDRESS', '::ffff:8.8.8.8', '8.8.8.8'],
  ['IP_ADDRESS', '[2001:4860::1]', '2001:4860:0:0:0:0:0:1'],
  ['IP_ADDRESS', '2001:4860::1%eth0', '2001:4860:0:0:0:0:0:1'],
  ['DOMAIN_NAME', 'Bad.Example.', 'bad.example'],
  ['DOMAIN_NAME', 'bücher.example', 'xn--bcher-kva.example'],
  ['DOMAIN_NAME', '_dmarc.bad.example', '_dmarc.bad.example'],
  ['URL', 'https://Bad.example/Path?q=1', 'https://Bad.example/Path?q=1'],
  ['URL', 'bad.example/path', 'bad.example/path'],
];

test.each(sent)('%s %s is sent as %s', (type, given, value) => {
  expect(readIndicatorValue(type, given)).toEqual({ value });
});

const faults: readonly (readonly [KnownIndicatorType, given: string, says: string])[] = [
  ['FILE_SHA256', 'ab'.repeat(20), 'as long as a SHA-1'],
  ['FILE_MD5', 'ab'.repeat(15), '30 hex digits'],
  ['IP_ADDRESS', '8.8.8.0/24', 'CIDR'],
  ['IP_ADDRESS', '10.1.2.3', 'internal'],
  ['IP_ADDRESS', '::1', 'internal'],
  ['IP_ADDRESS', '::', 'internal'],
  ['IP_ADDRESS', '239.1.1.1', 'internal'],
  ['IP_ADDRESS', '::ffff:10.0.0.1', 'internal'],
  ['IP_ADDRESS', 'fe80::1%3', 'internal'],
  ['IP_ADDRESS', '2001:db8::1%', 'not an IP'],
  ['IP_ADDRESS', '08.8.8.8', 'not an IP'],
  ['DOMAIN_NAME', 'http://bad.example', 'scheme'],
  ['DOMAIN_NAME', `${'a'.repeat(64)}.example`, 'not a domain'],
  ['DOMAIN_NAME', '2001:4860::1', 'IP address'],
  ['DOMAIN_NAME', '[2001:4860::1]', 'IP address'],
  ['DOMAIN_NAME', 'bad.example\\x', 'not a domain'],
  ['DOMAIN_NAME', 'a%2eb.com', 'not a domain'],
  ['DOMAIN_NAME', 'bad\t.example', 'not a domain'],
  ['DOMAIN_NAME', 'bad .example', 'not a domain'],
  ['DOMAIN_NAME', 'user@bad.example', 'not a domain'],
  ['DOMAIN_NAME', 'bad.\u00adexample', 'not a domain'],
  ['DOMAIN_NAME', 'a.0x7f', 'not a domain'],
  ['DOMAIN_NAME', '0x7f.1', 'not a domain'],
  ['URL', 'javascript://bad.example/%0aalert(1)', 'http or https'],
  ['URL', `https://bad.example/${'x'.repeat(2048)}`, 'longer'],
];

test.each(faults)('%s %s cannot be', (type, given, says) => {
  const read = readIndicatorValue(type, given);
  expect('fault' in read && read.fault).toContain(says);
});

test('two spellings of one value are one indicator, two types are two', () => {
  const key = (indicatorType: string, indicatorValue: string): string =>
    indicatorKey({ indicatorType, indicatorValue });
  expect(key('IP_ADDRESS', '2001:db8::1')).toBe(key('IP_ADDRESS', '2001:DB8:0:0:0:0:0:1'));
  expect(key('DOMAIN_NAME', 'Bad.example')).toBe(key('DOMAIN_NAME', 'bad.EXAMPLE'));
  expect(key('URL', 'https://bad.example/A')).toBe(key('URL', 'https://bad.example/a'));
  expect(key('URL', 'bad.example')).not.toBe(key('DOMAIN_NAME', 'bad.example'));
  expect(key('UNKNOWN', 'x')).toBe('UNKNOWN x');
});

test.each([
  'bad.example\\x',
  'a%2eb.com',
  'bad\t.example',
  'Bad.Example.',
  'bücher.example',
  '1.2.3.4',
  '[2001:DB8::1]',
  'fe80::1%3',
  '::ffff:8.8.8.8',
  '::ffff:808:808',
  '08.8.8.8',
  '8.8.8.0/24',
])('%s is read by one reader, whoever asks', (text) => {
  expect(spelledId(observableIds.domain, text)).toBe(readDomainName(text));
  expect(spelledId(observableIds.ipAddress, text)).toBe(readAddress(text));
  const asDomain = readIndicatorValue('DOMAIN_NAME', text);
  expect('value' in asDomain ? asDomain.value : null).toBe(readDomainName(text));
  const asAddress = readIndicatorValue('IP_ADDRESS', text);
  if ('value' in asAddress) expect(readAddress(asAddress.value)).toBe(readAddress(text));
});

test('an indicator is on a value in any spelling of it, also one that Defender would not take', () => {
  const on = (value: string, indicatorType: string, indicatorValue: string) =>
    isOnOneOf(['nobody.example', value])({ indicatorType, indicatorValue });
  expect(on('2001:db8::1', 'IP_ADDRESS', '2001:0DB8:0000:0000:0000:0000:0000:0001')).toBe(true);
  expect(on('FD00::1', 'IP_ADDRESS', 'fd00:0:0:0:0:0:0:1')).toBe(true);
  expect(on('BÜCHER.example', 'DOMAIN_NAME', 'xn--bcher-kva.example.')).toBe(true);
  expect(on('https://bad.example/A', 'URL', 'HTTPS://bad.example/a')).toBe(true);
  expect(on('https://bad.example/A', 'URL', 'https://bad.example/b')).toBe(false);
  expect(on('AB'.repeat(20), 'NEW_TYPE', 'ab'.repeat(20))).toBe(true);
});

test('the spellings of hashes and IPv4 addresses alone are few', () => {
  expect(spellingsOf(` ${'Ab'.repeat(16)} `)).toEqual(['Ab'.repeat(16), 'ab'.repeat(16), 'AB'.repeat(16)]);
  expect(spellingsOf('8.8.8.8')).toEqual(['8.8.8.8']);
  for (const value of ['bad.example', '2001:db8::1', 'https://8.8.8.8', 'abcd']) expect(spellingsOf(value)).toBeNull();
});
