import { describe, expect, test } from 'vitest';
import { GatewayError, resultErrorOf, shownText } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import { createErrorFormat } from '../../src/server/error-format.ts';

const token = `eyJ${'a'.repeat(40)}.eyJ${'b'.repeat(40)}.c`;

describe('D2: words that go out', () => {
  test.each([
    ['a token', `said Bearer ${token}`, /^said Bearer \[redacted\]$/],
    ['a signed link', 'https://x.example/f?sp=r&sig=abc%2Fdef&se=1', /sig=\[redacted\]&se=1$/],
    ['ends of lines', 'one\r\nTrace ID: two\u2028three', /^one Trace ID: two three$/],
    ['colours of a terminal', 'a\u001b[31mred\u0007', /^a\ufffd\[31mred\ufffd$/],
    ['controls of a terminal in one byte', 'a\u009b31m', /^a\ufffd31m$/],
    ['text that is turned round', 'exe\u202egnp', /^exe\ufffdgnp$/],
    ['half of a surrogate pair', 'a\ud800b', /^a\ufffdb$/],
    ['other scripts and signs', 'Prüfung \u{1f6e1}\ufe0f نص', /^Prüfung \u{1f6e1}\ufe0f نص$/u],
  ])('D2: %s', (_, text, says) => {
    expect(shownText(text)).toMatch(says);
  });

  test('D2: what is longer than people read is cut, and a secret on the cut is masked', () => {
    expect(shownText('x'.repeat(2_000_000))).toBe(`${'x'.repeat(1000)}…`);
    expect(shownText(`${'x '.repeat(480)}${`${token} `.repeat(100)}`)).not.toMatch(/eyJa/);
  });

  test('D2: are the same as an error of an operation and as a row of an answer', () => {
    const error = new GatewayError('UPSTREAM_REJECTED', `no\u001b[0m ${token}`, {
      upstreamCode: `Bad\u0007${'x'.repeat(5000)}`,
      upstreamRequestId: 'id\r\nset-cookie: a',
    });
    const top = createErrorFormat({ log: createLog({ level: 'silent' }), requestId: () => 'id' })(
      { message: '' },
      error,
    );
    const row = resultErrorOf(error);
    expect(row.message).toBe('no\ufffd[0m [redacted]');
    expect(top.message).toBe(row.message);
    expect(top.extensions).toMatchObject({ upstreamCode: row.upstreamCode, upstreamRequestId: row.upstreamRequestId });
    expect(row.upstreamCode).toHaveLength(1001);
    expect(row.upstreamRequestId).toBe('id set-cookie: a');
  });
});
