import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spelledId } from '../../../src/domain/id-forms.ts';
import { hostOfUrl, observableIds } from '../../../src/domain/observable-ids.ts';

const given = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.domain(),
  fc.ipV4(),
  fc.ipV6(),
  fc.webUrl(),
  fc.emailAddress(),
  fc.stringMatching(/^[a-fA-F\d]{40}$/),
);

describe.each(Object.entries(observableIds))('%s', (_, form) => {
  test('the one spelling is spelled as itself, and has no sign that leaves its key or path', () => {
    fc.assert(
      fc.property(given, (text) => {
        const spelled = spelledId(form, text);
        if (spelled === null) return;
        expect(spelledId(form, spelled)).toBe(spelled);
        expect(spelled).not.toMatch(/[\n\r\0]/);
        if (form.field !== 'url') expect(spelled).not.toMatch(/[/\\?]/);
      }),
      { numRuns: 300 },
    );
  });
});

test('addresses of the web are their own host', () => {
  fc.assert(
    fc.property(fc.ipV4(), (address) => {
      expect(spelledId(observableIds.ipAddress, address)).toBe(address);
      expect(hostOfUrl(`http://${address}/x`)).toBe(address);
    }),
  );
});

test.each([
  ['https://cdn.example.com/a?b', 'cdn.example.com'],
  ['cdn.example.com/a', 'cdn.example.com'],
  ['http://[2001:db8::1]:8080/', '[2001:db8::1]'],
  ['stratum+tcp://pool.coin.example:4444', 'pool.coin.example'],
  ['mailto:me@example.com', null],
  ['C:\\Users\\x.exe', null],
  ['/path.only', null],
])('the host of %s is %s', (url, host) => {
  expect(hostOfUrl(url)).toBe(host);
});
