import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/errors.ts';
import { segment } from '../../src/upstream/http/operation.ts';
import { nextUrl, urlOf } from '../../src/upstream/http/url.ts';

const origin = 'https://api.security.microsoft.com';

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        '/',
        '\\',
        '..',
        '.',
        '%2e',
        '%2F',
        '?',
        '#',
        ';',
        '&',
        '$filter=',
        '@',
        ':',
        ' ',
        "'",
        '\r\n',
        '\0',
        'é',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('a segment', () => {
  test('stays one segment of its path, and is read back as it was, or is refused', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        let encoded: string;
        try {
          encoded = segment(value);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect(value === '' || value === '.' || value === '..' || !value.isWellFormed()).toBe(true);
          return;
        }
        const url = new URL(`${origin}/api/machines/${encoded}/isolate`);
        const parts = url.pathname.split('/');
        expect(parts).toHaveLength(5);
        expect(decodeURIComponent(parts[3] ?? '')).toBe(value);
        expect([url.origin, url.search, url.hash]).toEqual([origin, '', '']);
      }),
    );
  });
});

describe('a query', () => {
  test('is read back as it was, one value for each name', () => {
    const wellFormed = nasty.filter((text) => text.isWellFormed());
    fc.assert(
      fc.property(wellFormed, wellFormed, (filter, other) => {
        const query = { $filter: filter, $top: 5, other, absent: undefined };
        const text = urlOf(origin, { path: '/api/alerts', query });
        const url = new URL(text);
        // What is measured is what is sent.
        expect(url.href).toBe(text);
        expect([...url.searchParams]).toEqual([
          ['$filter', filter],
          ['$top', '5'],
          ['other', other],
        ]);
        expect([url.origin, url.pathname, url.hash]).toEqual([origin, '/api/alerts', '']);
      }),
    );
  });
});

const list = { api: 'mde', path: '/api/alerts' } as const;

describe('a next link', () => {
  test('of any form is followed to the same origin or not at all', () => {
    const links = fc.oneof(
      nasty,
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc
        .tuple(fc.constantFrom('https:', 'http:', '', 'javascript:', 'file:'), nasty)
        .map(([scheme, rest]) => `${scheme}//${rest}`),
      nasty.map((tail) => `${origin}${tail}`),
      nasty.map((user) => `https://${user}@api.security.microsoft.com/`),
    );
    fc.assert(
      fc.property(links, (link) => {
        const url = nextUrl(origin, link, list);
        if (url === null) return;
        const parsed = new URL(url);
        expect(parsed.origin).toBe(origin);
        expect(parsed.username + parsed.password).toBe('');
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['another host', 'https://evil.example/api'],
    ['another port', 'https://api.security.microsoft.com:8443/api'],
    ['no TLS', 'http://api.security.microsoft.com/api'],
    ['a host that begins alike', 'https://api.security.microsoft.com.evil.example/api'],
    ['a user name', 'https://token@api.security.microsoft.com/api'],
    ['a password', 'https://:secret@api.security.microsoft.com/api'],
    ['a host without scheme', '//evil.example/api'],
    ['a script', 'javascript:alert(1)'],
  ])('to %s is not followed', (_, link) => {
    expect(nextUrl(origin, link, list)).toBeNull();
  });

  test('of its own origin is followed as it is', () => {
    const link = `${origin}/api/alerts?$skiptoken=abc%20d`;
    expect(nextUrl(origin, link, list)).toBe(link);
  });

  test.each([
    ['https://api.securitycenter.microsoft.com/api/alerts?$skip=10', 'https://eu.api.security.microsoft.com'],
    ['https://wdatpprd-eus3.securitycenter.windows.com/api/alerts?$skip=10', 'https://api.security.microsoft.com'],
    ['https://api-gov.securitycenter.microsoft.us/api/alerts?$skip=10', 'http://127.0.0.1:8080'],
    ['/api/alerts?$skip=10', 'https://api.security.microsoft.com'],
    ['?$skip=10', 'https://api.security.microsoft.com'],
    ['https://api.security.microsoft.com/api/alerts?$skip=10#part', 'https://proxy.example/defender'],
    ['https://proxy.example/defender/api/alerts?$skip=10', 'https://proxy.example/defender'],
    ['https://proxy.example/api/alerts?$skip=10', 'https://proxy.example/api'],
    ['https://proxy.example/api/api/alerts?$skip=10', 'https://proxy.example/api'],
  ])('R2: %s is asked at %s, path and query kept', (link, own) => {
    expect(nextUrl(own, link, list)).toBe(`${own}/api/alerts?$skip=10`);
  });

  test.each([
    'https://api.securitycenter.microsoft.com/other/alerts',
    'https://api.securitycenter.microsoft.com/api/../x',
    'http://api.securitycenter.microsoft.com/api/alerts',
    'https://api.securitycenter.microsoft.com:8443/api/alerts',
    'https://me@api.securitycenter.microsoft.com/api/alerts',
    'https://securitycenter.microsoft.com.evil.example/api/alerts',
    'https://evilsecuritycenter.microsoft.com.evil.example/api/alerts',
    'https://graph.microsoft.com/v1.0/security/alerts_v2',
    'https://[broken',
  ])('R2: %s is refused', (link) => {
    expect(nextUrl('https://eu.api.security.microsoft.com', link, list)).toBeNull();
  });
});
