import { describe, expect, test } from 'vitest';
import { createFaults } from '../../../src/config/faults.ts';
import { parseYaml } from '../../../src/config/yaml-text.ts';

/** The faults of a file as an operator reads them. */
const faultsOf = (text: string): readonly string[] => {
  const faults = createFaults();
  parseYaml(text, faults);
  return faults.list().map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
};

/** Words of YAML's specification, which nobody who writes settings has to know. */
const jargon =
  /mapping|implicit|sequence|scalar|flow|block|indicator|token|compact|directive|anchor|\balias\b|map key|node|character [@`]/i;

describe('P2: a fault of YAML is told in plain words, with its place and the line', () => {
  test.each([
    [
      'a name that is indented less than its row',
      'tenants:\n  - name: contoso\n   tenantId: x\n',
      /^line 3, column 1: .*indent.*The line: " {3}tenantId: …"$/,
    ],
    [
      'a name that is indented less than the others',
      'server:\n  port: 4000\n host: x\n',
      /^line 3, column 1: begins at another column.*"host: …"|" host: …"$/,
    ],
    [
      'a name that is indented further than the others',
      'tenants:\n- name: a\n  cloud: us\n   tags: y\n',
      /^line 3, column 10: the next line is indented further.*The line: " {2}cloud: …"$/,
    ],
    ['two names on a line', 'access: anonymous: reader\n', /^line 1, column 9: .*": ".*quotes.*The line: "access: …"$/],
    ['a value that ends with a colon', 'store:\n  url: memory:\n', /^line 2, column 8: .*quotes.*" {2}url: …"$/],
    ['a name without a colon', 'server:\n  port: 1\n  host\n', /^line 3, column 3: .*": " behind it/],
    [
      'a name without a colon, before others',
      'server:\n  port 4000\n  host: x\n',
      /^line 2, column 3: .*": " behind it/,
    ],
    ['a row without a space', 'tenants:\n  -name: a\n  - name: b\n', /^line 3, column 1: .*space behind the -/],
    ['a row below a value', 'limits:\n  depth: 5\n  - a\n', /^line 3, column 1: .*row of a list.*" {2}- …"$/],
    ['a row beside a name', 'limits: - a\n', /^line 1, column 9: .*a line of its own/],
    [
      'a bracket that is not closed',
      'tenants:\n  - auth: { a: b\n',
      /^line 2, column 11: a \{ or \[ without its.*" {2}- auth: …"$/,
    ],
    ['a list that is not closed', 'a: [b, c\nd: e\n', /^line 1, column 4: a \{ or \[ without its.*"a: …"$/],
    ['the wrong bracket', 'a:\n  - {name: b]\n', /^line 2, column 5: a \{ or \[ without its/],
    ['a bracket too many', 'a: [b, c]]\n', /^line 1, column 10: closes nothing/],
    ['a comma too many', 'a: [b, , c]\n', /^line 1, column 8: a comma/],
    ['a comma that is missing', 'a: ["b" "c"]\n', /^line 1, column \d+: a comma/],
    ['a quote that is not closed', 'a:\n  url: "b\nc: d\n', /^line 2, column 8: .*never closed.*" {2}url: …"$/],
    ["a ' that is not closed", "a: 'b\nc: d\n", /^line 1, column 4: .*never closed/],
    ['text behind a quote', 'a: "b"c\n', /^line 1, column 7: .*behind.*quotes.*"a: …"$/],
    ['@', 'a: @b\n', /^line 1, column 4: .*needs quotes/],
    ['%', 'a: %b\n', /^line 1, column 4: .*needs quotes/],
    ['`', 'a: `b`\n', /^line 1, column 4: .*needs quotes/],
    ['*', 'a:\n  b: *c\n', /^line 2, column 6: .*begins with \*.*needs quotes.*" {2}b: …"$/],
    ['&', 'a:\n  b: &c\n', /^line 2, column 6: .*begins with &.*needs quotes/],
    ['!', 'a:\n  b: !c d\n', /^line 2, column 6: .*begins with !.*needs quotes/],
    ['|', 'a: |b\n  c\n', /^line 1, column 5: .*begins with \| or >/],
    ['#', 'a: "b"#c\n', /^line 1, column 7: .*# /],
    ['a tab', 'a:\n\tb: c\n', /^line 2, column 1: .*spaces.*"\\tb: …"$/],
    ['a backslash', 'a: "C:\\keys"\n', /^line 1, column 7: .*\\\\.*single quotes/],
    ['text of several lines that ends too early', 'a:\n  b: |\n c\n  d\n', /^line 3, column 1: /],
    ['two names in a bracket', 'a: { b: c d: e }\n', /^line 1, column \d+: .*": " needs quotes/],
    [
      'a line of which nothing can be shown',
      'access\n  b: c\n',
      /^line 1, column 1: .*": " behind it: a colon and a space$/,
    ],
    ['names of lines in a bracket', 'a: [\n  - b\n]\n', /^line \d, column \d: /],
    ['a name of a thousand letters', `${'a'.repeat(1100)}: b\n`, /^line 1, column \d+: /],
    ['a line that begins with %', '%FOO bar\n---\na: b\n', /^line 1, column 1: .*begins with %/],
  ])('%s', (_, text, says) => {
    const faults = faultsOf(text);
    expect(faults[0]).toMatch(says);
    expect(faults.join('\n')).not.toMatch(jargon);
  });
});

test('P2: what follows from a fault on the same line is not told', () => {
  expect(faultsOf('store:\n  encryptionKey: |\n abc\n  def\n')).toHaveLength(1);
  expect(faultsOf('limits:\n  depth: 5\n  - a\n')).toHaveLength(1);
});

test.each([
  ['- clientSecret: s3cret: b'],
  ['a: "s3cret" s3cret'],
  ['auth: { clientSecret: s3cret, b: c'],
  ['auth: {clientSecret:s3cret'],
  ['a: b\n s3cret: c: d'],
  ['  s3cret\n a: b'],
  ['a: |\n s3cret\n  b: c\nd: "'],
  ['# s3cret\na: "'],
  ['"s3cret": b: c'],
  ['s3cret/+==: b: c'],
])('P2: no line is shown with what may be a secret: %j', (text) => {
  const faults = faultsOf(text).join('\n');
  expect(faults).toMatch(/^line/);
  // A name of a setting is told as a name that is not known is.
  expect(faults.replaceAll(/" +s3cret: …"/g, '')).not.toContain('s3cret');
});
