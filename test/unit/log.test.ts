import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { levelFault, logLevelOf } from '../../src/log/level.ts';
import { redactText } from '../../src/log/redact.ts';
import { createLog, type LogFields, type LogLevel } from '../../src/log.ts';

/** A log whose lines are kept, parsed. */
const recordedLog = (level: LogLevel = 'debug') => {
  const lines: Record<string, unknown>[] = [];
  return { lines, log: createLog({ level, destination: { write: (line) => void lines.push(JSON.parse(line)) } }) };
};

const fieldsOf = (fields: LogFields): Record<string, unknown> | undefined => {
  const { lines, log } = recordedLog();
  log.info('event', fields);
  return lines[0];
};

describe('a line', () => {
  test('has a level by name, an ISO time, the message and the fields', () => {
    const line = fieldsOf({ tenant: 'contoso', attempts: 3 });
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      tenant: 'contoso',
      attempts: 3,
      msg: 'event',
    });
  });

  test('below the level is not written', () => {
    const { lines, log } = recordedLog('warn');
    log.info('quiet');
    log.warn('loud');
    expect(lines.map(({ msg }) => msg)).toEqual(['loud']);
  });

  test('of a child carries the fields of its parents', () => {
    const { lines, log } = recordedLog();
    log.child({ requestId: 'r1' }).child({ tenant: 'contoso', clientSecret: 'hush' }).error('failed');
    expect(lines[0]).toMatchObject({ level: 'error', requestId: 'r1', tenant: 'contoso', clientSecret: '[redacted]' });
  });

  test('shows an error whole: type, message, stack, own fields and causes', () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    const { err } = fieldsOf({ err: new TypeError('no answer', { cause }) }) ?? {};
    expect(err).toMatchObject({
      type: 'TypeError',
      message: 'no answer',
      stack: expect.stringContaining('log.test.ts'),
      cause: { type: 'Error', message: 'refused', code: 'ECONNREFUSED' },
    });
  });

  test('tells the content of a file by its size and hash', () => {
    const sha256 = createHash('sha256').update('Get-Date').digest('hex');
    const fields = { action: { fileName: 'a.ps1', contentBase64: Buffer.from('Get-Date').toString('base64') } };
    expect(fieldsOf(fields)).toMatchObject({
      action: { fileName: 'a.ps1', contentBase64: `[8 bytes, SHA-256 ${sha256}]` },
    });
  });

  test('survives what JSON does not: cycles, bigints, functions, bytes, maps', () => {
    const cyclic: Record<string, unknown> = { name: 'loop' };
    cyclic.self = cyclic;
    const line = fieldsOf({ cyclic, big: 10n, call: () => 1, bytes: Buffer.from('abc'), map: new Map([['a', 1]]) });
    expect(line).toMatchObject({ big: '10', call: '[function]', bytes: '[3 bytes]', map: { a: 1 } });
  });
});

describe('secrets', () => {
  const names = [
    'authorization',
    'Authorization',
    'x-api-key',
    'cookie',
    'clientSecret',
    'client_secret',
    'client_assertion',
    'access_token',
    'refresh_token',
    'privateKey',
    'passphrase',
    'encryptionKey',
  ];
  test.for(names)('under the name %s are masked at any depth', (name) => {
    const line = fieldsOf({ [name]: 'hush', request: { headers: [{ [name]: 'hush' }] }, err: new Error('x') });
    expect(JSON.stringify(line)).not.toContain('hush');
  });

  const token = 'eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJjb250b3NvIn0.c2lnbmF0dXJl';
  const texts = [
    { what: 'a JWT', text: `token ${token} expired`, hidden: 'eyJ' },
    { what: 'an encrypted JWT', text: `${token}.YWJj.ZGVm`, hidden: 'ZGVm' },
    { what: 'a bearer header', text: 'Authorization: Bearer abcdef0123456789', hidden: 'abcdef' },
    { what: 'a signed link', text: 'https://store.example/p.zip?sv=1&sig=aB%2Bc%3D&se=2', hidden: 'aB%2Bc' },
    { what: 'a form body', text: 'grant_type=x&client_secret=s3cr3t&scope=y', hidden: 's3cr3t' },
    { what: 'a token answer', text: '{"access_token":"opaque-value","expires_in":3600}', hidden: 'opaque-value' },
    {
      what: 'a private key',
      text: '-----BEGIN ENCRYPTED PRIVATE KEY-----\nProc-Type: 4\nQUJD\n-----END ENCRYPTED PRIVATE KEY-----',
      hidden: 'QUJD',
    },
    { what: 'a private key cut short', text: '-----BEGIN RSA PRIVATE KEY-----\nQUJD', hidden: 'QUJD' },
  ];
  test.for(texts)('$what is masked in messages, fields and errors', ({ text, hidden }) => {
    const { lines, log } = recordedLog();
    log.error(text, { note: text, list: [text], err: new Error(text, { cause: new Error(text) }) });
    expect(JSON.stringify(lines)).not.toContain(hidden);
    expect(JSON.stringify(lines)).toContain('[redacted]');
  });

  test('nothing else is touched', () => {
    for (const text of ['Bearer of news', 'the design=good', 'eyJ', 'a token of 3 parts', 'https://a.example/?q=1']) {
      expect(redactText(text)).toBe(text);
    }
  });

  test('masking is stable: masked text is not masked again', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...texts), (noise, { text }) => {
        const once = redactText(`${noise} ${text}`);
        expect(redactText(once)).toBe(once);
      }),
    );
  });
});

describe('P2: LOG_LEVEL', () => {
  test.each([
    [undefined, 'info', null],
    ['', 'info', null],
    ['error', 'error', null],
    ['loud', 'info', /^LOG_LEVEL is none of debug, info, warn, error, silent/],
  ])('%s is %s, and a word that is no level is told', (given, level, fault) => {
    const env = given === undefined ? {} : { LOG_LEVEL: given };
    expect(logLevelOf(env)).toBe(level);
    if (fault === null) expect(levelFault(env)).toBeNull();
    else expect(levelFault(env)).toMatch(fault);
  });
});
