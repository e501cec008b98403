import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import { keySchema } from '../../src/config/access/api-keys.ts';
import { entraSchema } from '../../src/config/access/entra.ts';
import { limitedSchema } from '../../src/config/access/role-list.ts';
import { accessSchema } from '../../src/config/access.ts';
import { actionsSchema } from '../../src/config/actions.ts';
import { approvalsSchema } from '../../src/config/approvals.ts';
import { auditSchema } from '../../src/config/audit.ts';
import { federatedSchema } from '../../src/config/auth/federated.ts';
import { authSchema, userSchema } from '../../src/config/auth.ts';
import { cacheSchema } from '../../src/config/cache.ts';
import { parseConfig, rootSchema } from '../../src/config/config.ts';
import { guardrailSchema } from '../../src/config/guardrail-list.ts';
import { limitsSchema } from '../../src/config/limits.ts';
import { builtInRoles, permissions } from '../../src/config/permissions.ts';
import { serverSchema } from '../../src/config/server.ts';
import { storeSchema } from '../../src/config/store.ts';
import { placeSchema, tenantSchema } from '../../src/config/tenant-list.ts';
import { upstreamSchema } from '../../src/config/upstream.ts';
import { read, root } from './pages.ts';

type Part = z.core.$ZodType;

/** What a schema is made of, whatever stands around it. */
const partsOf = ({ _zod: { def } }: z.core.$ZodTypes): readonly Part[] => {
  switch (def.type) {
    case 'pipe':
      return [def.in, def.out];
    case 'optional':
    case 'default':
    case 'nullable':
      return [def.innerType];
    case 'array':
      return [def.element];
    case 'union':
      return def.options;
    default:
      return [];
  }
};

const isKnown = (part: Part): part is z.core.$ZodTypes => '_zod' in part;

/** The keys of a section and of the groups in it. */
const keysOf = (part: Part): readonly string[] => {
  if (!isKnown(part)) return [];
  const { def } = part._zod;
  if (def.type === 'object') return Object.entries(def.shape).flatMap(([key, value]) => [key, ...keysOf(value)]);
  return partsOf(part).flatMap(keysOf);
};

/** The sections as they are read, by the heading under which `docs/settings.md` has them. */
const sections: Readonly<Record<string, readonly Part[]>> = {
  server: [serverSchema],
  access: [accessSchema, entraSchema, keySchema, limitedSchema],
  store: [storeSchema],
  tenants: [tenantSchema, placeSchema, authSchema, userSchema, federatedSchema],
  limits: [limitsSchema],
  upstream: [upstreamSchema],
  cache: [cacheSchema],
  audit: [auditSchema],
  actions: [actionsSchema],
  guardrails: [guardrailSchema],
  approvals: [approvalsSchema],
};

const page = read('docs/settings.md');
const example = read('defender-gateway.example.yaml');

/** The text under a heading, up to the next of its rank. */
const chapterOf = (heading: string): string =>
  page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';

const rows = Object.entries(sections).map(([name, schemas]) => ({ name, keys: [...new Set(schemas.flatMap(keysOf))] }));

test('every section is looked at', () => {
  const apart = ['tenantsFolder'];
  expect(keysOf(rootSchema).toSorted()).toEqual([...Object.keys(sections), ...apart].toSorted());
  expect(rows.filter(({ keys }) => keys.length === 0)).toEqual([]);
});

describe.each(rows)('P2: every key of $name', ({ name, keys }) => {
  test('is in docs/settings.md', () => {
    const chapter = chapterOf(name);
    expect(keys.filter((key) => !new RegExp(`[\`.{ ]${key}\\b`).test(chapter))).toEqual([]);
  });

  test('is in the example file, set or in a comment', () => {
    expect(keys.filter((key) => !new RegExp(`[\\s{#-]${key}:`).test(example))).toEqual([]);
  });
});

test.each([
  ['server', serverSchema],
  ['limits', limitsSchema],
  ['approvals', approvalsSchema],
  ['cache', cacheSchema],
  ['actions', actionsSchema],
])('the example file has the defaults of %s', (name, schema) => {
  expect(schema.parse({})).toMatchObject(parse(example)[name]);
});

test('the rules in comments of the example file can be used', async () => {
  const text = example.replace('guardrails: []', 'guardrails:').replaceAll(/^# {2}- \{/gm, '  - {');
  const env = { CONTOSO_CLIENT_SECRET: 'x', FABRIKAM_CLIENT_SECRET: 'x' };
  const { guardrails } = await parseConfig(text, { env, baseDir: root });
  expect(guardrails.length).toBeGreaterThan(5);
});

test('P2: docs/settings.md lists every permission and built-in role, and no other', () => {
  const chapter = chapterOf('access');
  const [, list = ''] = /Permissions: ([\s\S]*?)\.\s+What each allows/.exec(chapter) ?? [];
  expect([...list.matchAll(/`([^`]+)`/g)].map(([, name]) => name).toSorted()).toEqual([...permissions].toSorted());
  expect(Object.keys(builtInRoles).filter((role) => !chapter.includes(`\`${role}\``))).toEqual([]);
});
