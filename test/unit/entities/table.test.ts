import { isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { hasIdForm } from '../../../src/domain/id-forms.ts';
import { edges } from '../../../src/entities/edges.ts';
import { byPermissionAlone, entity } from '../../../src/entities/entity.ts';
import { identified, mdeReads } from '../../../src/entities/mde-entity.ts';
import { entities, entityNames, isListed, lookUpOf, markOf } from '../../../src/entities/table.ts';
import { mde } from '../../../src/microsoft/mde/index.ts';
import { createSchema } from '../../../src/server/schema.ts';

const schema = createSchema();
const fieldsOf = (name: string) => {
  const type = schema.getType(name);
  return isObjectType(type) ? type.getFields() : {};
};

interface Thing {
  readonly tenant: string;
  readonly thingId: string;
}

describe('the compiler refuses a row', () => {
  const complete = {
    type: 'Thing',
    id: { field: 'thingId', form: /^\d+$/, says: 'digits' },
    idOf: ({ thingId }: Thing) => thingId,
    permission: 'vulnerability:read',
    visible: byPermissionAlone,
    reads: mdeReads<object, Thing>({
      capability: 'software.read',
      kind: identified('a thing', 'things'),
      list: mde.listSoftware,
      one: () => {
        throw new Error('is not asked');
      },
      read: ({ name }, { id }) => ({ tenant: name, thingId: String(id) }),
      rows: {},
      idOf: ({ thingId }) => thingId,
      many: 'each',
    }),
    timeOf: null,
    orders: {},
    check: (_: object) => {},
  } as const;

  test('with every part it is taken', () => {
    expect(entity(complete).type).toBe('Thing');
  });

  test('whose ids have no form', () => {
    const { id: _, ...rest } = complete;
    // @ts-expect-error: what form its ids have has to be said
    expect(entity(rest)).not.toHaveProperty('id');
  });

  test('whose permission is none', () => {
    // @ts-expect-error: `thing:read` is in no row of src/config/permissions.ts
    expect(entity({ ...complete, permission: 'thing:read' }).permission).toBe('thing:read');
  });

  test('whose operation is not documented', () => {
    // @ts-expect-error: `listThings` is in no file of src/microsoft
    expect(mde.listThings).toBeUndefined();
  });
});

describe.each(entityNames)('%s', (list) => {
  const { type, id } = entities[list];

  test('is a type with an id, a look-up by it, and a list where it has one', () => {
    expect(Object.keys(fieldsOf(type))).toEqual(expect.arrayContaining(['id', 'tenant', id.field]));
    expect(Object.hasOwn(fieldsOf('Query'), list)).toBe(isListed(list));
    const lookUps = Object.values(fieldsOf('Query')).filter((field) => String(field.type) === type);
    expect(lookUps.map(({ name, args }) => [name, ...args.map((each) => each.name).toSorted()])).toEqual([
      [lookUpOf(list), ...['tenant', id.field].toSorted()],
    ]);
  });

  test('its ids have a form that is said in words, and nothing that could leave its path has it', () => {
    expect(id.says).not.toBe('');
    // Windows takes these in the name of a file, Entra ID in that of a guest; in a path they are encoded.
    const joined = ['a-_-b/c', 'va-_-..%2f'];
    const taken =
      { libraryFiles: ['a#b', 'va-_-..%2f'], users: ['a#b'], software: joined, recommendations: joined }[
        String(list)
      ] ?? [];
    const texts = ['', '.', '..', '../x', 'a/b', 'a?b', 'a\nb', 'a#b', ...joined, 'a-_-b/../c', 'a-_-b\\..'];
    for (const text of texts.filter((each) => !taken.includes(each))) {
      expect([text, hasIdForm(id, text)]).toEqual([text, false]);
    }
  });

  test('stands before the types whose ids it has, so that `node` knows it by its own mark', () => {
    // What no list has says its own type.
    if (!isListed(list)) return;
    const earlier = entityNames.slice(0, entityNames.indexOf(list)).filter(isListed).map(markOf);
    const own = Object.keys(fieldsOf(type));
    expect(earlier.filter((field) => own.includes(field))).toEqual([]);
  });
});

// The scores of a tenant have a type of their own.
const ofTypes = Object.keys(edges).filter((name) => !name.startsWith('Tenant.'));

describe.each(ofTypes)('%s', (name) => {
  const [from = '', field = ''] = name.split('.');

  test('is a field of the type that it begins at, resolved by its row', () => {
    expect(fieldsOf(from)[field]?.resolve).toBeTypeOf('function');
  });
});

const targets = Object.entries(edges).flatMap(([name, edge]) => ('to' in edge ? [[name, edge.to] as const] : []));

test.each(targets)('%s leads to %s, a row of the table', (_name, to) => {
  expect(Object.keys(entities)).toContain(to);
});

test('the scores of a tenant are asked for by the query', () => {
  expect(Object.keys(fieldsOf('Query'))).toContain('exposureScore');
});
