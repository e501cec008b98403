import { describe, expect, test } from 'vitest';
import { failureOf, meansNone } from '../../../src/upstream/http/failure.ts';

const place = {
  tenant: 'contoso',
  operation: { id: 'mde.runLiveResponse', api: 'mde', permissions: ['Machine.LiveResponse'] },
  address: () => 'mde.example:8443/api/machines',
} as const;
const json = (error: unknown): string => JSON.stringify({ error });
const answered = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) => ({
  status,
  body,
  headers,
});

describe("R7: only Microsoft's own body of a 404 means that there is none", () => {
  test.each([
    ['MDE', json({ code: 'NotFound', message: 'No machines', target: '8f3c|1a2b' })],
    ['Graph', json({ code: 'itemNotFound', message: 'x', innerError: {} })],
    ['Graph without a code', json({ code: '', message: '' })],
  ])('%s', (_, body) => expect(meansNone(answered(404, body))).toBe(true));

  test.each([
    ['a page', '<!DOCTYPE html><html><body>Not Found</body></html>'],
    ['nothing: a proxy, or anybody', ''],
    ['blanks', ' \n'],
    ['text', 'default backend - 404'],
    ['another JSON', '{"statusCode":404,"message":"Resource not found"}'],
    ['an error in text', '{"error":"not found"}'],
    ['an error with a number', json({ code: 404, message: 'Not Found' })],
    ['null', 'null'],
    ['a list', '[]'],
    ['an empty collection', '{"value":[]}'],
  ])('%s is an error that names the address', (_, body) => {
    expect(meansNone(answered(404, body))).toBe(false);
    const error = failureOf(place, answered(404, body), 0);
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', details: { upstreamStatus: 404 } });
    expect(error.message).toContain('mde.example:8443/api/machines answered 404');
    expect(error.message).not.toContain('<');
  });

  test.each([302, 307, 400, 403, 414, 405])('a page with %i is not Microsoft either', (status) => {
    const error = failureOf(place, answered(status, '<html>Blocked by the proxy</html>'), 0);
    expect(error.code).toMatch(/^UPSTREAM_(REJECTED|UNAVAILABLE)$/);
    expect(error.message).toContain('mde.example:8443/api/machines');
  });
});

describe('R7: 403', () => {
  const body = json({ code: 'DisallowedOperation', message: 'This device has no automation level assigned to it.' });

  test.each([['Machine.LiveResponse'], ['Machine.Read.All Machine.LiveResponse']])(
    'of a token with %s is told in the words of Microsoft',
    (carried) => {
      const error = failureOf({ ...place, carried: carried.split(' ') }, answered(403, body), 0);
      expect(error).toMatchObject({
        code: 'UPSTREAM_REJECTED',
        details: { upstreamCode: 'DisallowedOperation', upstreamStatus: 403 },
      });
      expect(error.message).toContain('This device has no automation level assigned to it.');
      expect(error.details.missingPermissions).toBeUndefined();
    },
  );

  test.each([
    ['does not carry it', ['Machine.Read.All']],
    ['carries nothing', []],
    ['does not say', null],
  ])('of a token that %s names the permission', (_, carried) => {
    expect(failureOf({ ...place, carried }, answered(403, body), 0)).toMatchObject({
      code: 'MISSING_PERMISSION',
      details: { missingPermissions: ['Machine.LiveResponse'] },
    });
  });

  test('of a user names the delegated permission, which the token carries under that name', () => {
    const read = { id: 'mde.listMachines', api: 'mde', permissions: ['Machine.Read.All'] } as const;
    const asUser = { ...place, operation: read, delegated: true };
    expect(failureOf({ ...asUser, carried: [] }, answered(403, body), 0)).toMatchObject({
      details: { missingPermissions: ['Machine.Read'] },
    });
    expect(failureOf({ ...asUser, carried: ['Machine.Read'] }, answered(403, body), 0).code).toBe('UPSTREAM_REJECTED');
  });
});

describe('R7: the id of the call for the support of Microsoft', () => {
  const id = '3b0a7c52-0000-4000-8000-000000000001';
  test.each([
    ['innerError', json({ code: 'x', message: 'y', innerError: { 'request-id': id } }), {}],
    ['innererror', json({ code: 'x', message: 'y', innererror: { 'request-id': id } }), {}],
    ['a nested inner error', json({ code: 'x', innerError: { code: 'z', innerError: { 'request-id': id } } }), {}],
    ['target', json({ code: 'x', message: 'y', target: id }), {}],
    ['the header request-id', '', { 'request-id': id }],
    ['the header x-ms-request-id', '', { 'x-ms-request-id': id }],
  ])('from %s', (_, body, headers) => {
    expect(failureOf(place, answered(500, body, headers), 0).details).toMatchObject({
      upstreamRequestId: id,
      upstreamStatus: 500,
    });
  });

  test('is no name of a parameter, and nothing long', () => {
    for (const target of ['machineId', 'x'.repeat(500), 7])
      expect(failureOf(place, answered(500, json({ code: 'x', target })), 0).details).not.toHaveProperty(
        'upstreamRequestId',
      );
  });
});

const page = '<html>Blocked by the proxy</html>';
const own = json({ code: 'InvalidInput', message: 'x' });

test.each<[string, number, string, 'no' | 'maybe']>([
  ['400 of the service', 400, own, 'no'],
  ['403 of the service', 403, own, 'no'],
  ['403 without a body', 403, '', 'no'],
  ['404 of the service', 404, own, 'no'],
  ['404 of nobody', 404, '', 'maybe'],
  ['409 of the service', 409, own, 'no'],
  ['401', 401, page, 'no'],
  ['429', 429, page, 'no'],
  ['403 of a proxy', 403, page, 'maybe'],
  ['408', 408, own, 'maybe'],
  ['a redirect', 302, '', 'maybe'],
  ['500', 500, own, 'maybe'],
  ['501', 501, own, 'maybe'],
  ['503', 503, own, 'maybe'],
  ['504', 504, '', 'maybe'],
])('X1: whether an action was sent: %s', (_name, status, body, sent) => {
  const { details } = failureOf(place, answered(status, body, { 'retry-after': '1' }), 0);
  expect(details.sent).toBe(sent);
});
