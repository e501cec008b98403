import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { directoryKey, tenantKey } from '../../src/config/tenant-keys.ts';
import type { Tenant } from '../../src/config/tenants.ts';
import { tenantNamed } from '../support/tenant.ts';

/**
 * The name of a tenant may be another tenant's after the folder of tenants was read again: what outlives a request is kept under one of the
 * keys of `src/config/tenant-keys.ts`. Wherever something is kept under a name, this table says why it may be.
 */
const underNames: Readonly<Record<string, string>> = {
  'src/tenants-in-force.ts': 'it tells what has changed of a name, and compares the key of who has it now',
  'src/config/tenants-folder/merge.ts': 'it tells who has a name',
  'src/config/tenant-keys.ts': 'the key itself',
  'src/routing/shared-reads.ts': 'by the scope of a request, which keeps to the tenants of one moment',
  'src/scope/lateness.ts': 'of a request',
  'src/identity/tokens.ts': 'the time that a tenant took of a request',
  'src/upstream/http/exchange.ts': 'the time that a tenant took of a request',
  'src/loaders/edges.ts': 'of a request',
  'src/loaders/loaders.ts': 'of a request',
  'src/exports/graph-rows.ts': 'of a request',
  'src/exports/exports.ts': 'of a request',
  'src/lists/answer.ts': 'of a request; cursors tell which tenants their names stood for (src/lists/bound.ts)',
  'src/lists/in-turn.ts': 'a guess of how many rows there are, which no answer depends on',
  'src/lists/merged.ts': 'a guess of how many rows there are, which no answer depends on',
  'src/lists/sorted.ts': 'as of answer.ts; what is kept of a list has the keys of its tenants',
  'src/actions/kinds/machine/kind.ts':
    'a tag, which is looked for in the tenant of the request, on the machine that it is of',
  'src/actions/kinds/indicator/apply.ts': 'a part of a key, whose entry tells the tenant',
  'src/actions/recovery/late-ends.ts': 'the entry tells the id of the tenant, which is compared',
  'src/actions/recovery/reconcile.ts': 'with the id of the tenant',
  'src/loaders/global-id.ts':
    'an id that callers are given, which is looked up as the name and id that they could give themselves',
};

const name = String.raw`\btenant\.name\b|\btenantName\b|\baudit\.tenant\b`;
/** Where a name is used as a key, or as a part of one. */
const keyed = [
  new RegExp(
    String.raw`\.(get|set|has|delete|add|getOrCreate|take|takeFree|load|note|forget|known|current)\((?:[^()]*[^()\w])?(?:${name})`,
  ),
  new RegExp(String.raw`\b(?:key|\w+Key)\b[^;]*=[^;]*(?:${name})`),
  new RegExp(String.raw`(?:tagOf|hashOf|JSON\.stringify)\(\[(?:[^\]]*[^\]\w])?(?:${name}|tenant|name)\s*[,\]]`),
  /`\$\{(?:tenant|tenant\.name|name)\}(?:\\n|\/)/,
  new RegExp(String.raw`\bid: .\$\{(?:${name})\}`),
  /\$\{type\}\\n\$\{tenant\}/,
  /\[tenant\.name\b.*\]\.join\(/,
  /\b(?:change|generationOf|takeBypass|indicators of \$\{)\(?\w*\.?tenant\.name\b|\btenant:\$\{tenant\}/,
  // Of a tenant that is taken apart: what goes by its name is named so.
  /\b(?:tenants|loaders|watches|running)\.(?:get|set)\(name\b/,
];

/** What stands for itself, and not for the name of a tenant: a folder that has no state of the gateway's, or a path. */
const leftOut = /^src\/(simulator|cli|demo|generated|microsoft|server|clouds|store)\//;

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .map((file) => join('src', file))
  .filter((file) => file.endsWith('.ts') && !leftOut.test(file));

test('X1: what is kept under the name of a tenant is known, and why it may be', () => {
  const found = files.filter((file) => {
    const text = readFileSync(file, 'utf8');
    return text.split('\n').some((line) => !line.includes('Error(') && keyed.some((form) => form.test(line)));
  });
  expect(found.toSorted()).toEqual(Object.keys(underNames).toSorted());
});

describe('the keys of a tenant', () => {
  const contoso = tenantNamed('contoso');
  const changes: readonly (readonly [what: string, change: Partial<Tenant>, ofThings: boolean, ofAsking: boolean])[] = [
    ['its tags', { tags: ['emea'], prefer: { alerts: 'mde' } }, true, true],
    ['its secret', { auth: { ...contoso.auth } }, true, true],
    ['its name', { name: 'contoso-ltd' }, true, false],
    ['its app', { auth: { kind: 'managedIdentity', clientId: null } }, true, false],
    ['where it is reached', { authority: 'https://login.example' }, true, false],
    ['the tenant', { tenantId: '33333333-3333-4333-8333-333333333333' }, false, false],
    ['its cloud', { cloud: 'gcc' }, false, false],
  ];

  test.each(changes)('when another is %s', (_what, change, ofThings, ofAsking) => {
    const other = { ...contoso, ...change };
    expect([directoryKey(other) === directoryKey(contoso), tenantKey(other) === tenantKey(contoso)]).toEqual([
      ofThings,
      ofAsking,
    ]);
  });
});
