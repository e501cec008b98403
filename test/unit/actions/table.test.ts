import { isInputObjectType, isObjectType } from 'graphql';
import { describe, expect, test } from 'vitest';
import { actionNames, actions } from '../../../src/actions/table.ts';
import { guardedActions } from '../../../src/config/guardrails.ts';
import { createSchema } from '../../../src/server/schema.ts';
import { readSdl } from '../../../src/server/sdl.ts';

const schema = createSchema();
const mutations = schema.getMutationType()?.getFields() ?? {};

/** Mutations that do nothing at Microsoft's side: about approvals, and signing in. */
const ownMutations = ['requestApproval', 'approveAction', 'rejectAction', 'startTenantSignIn'];

/** The fields of a type by their names. */
const fieldsOf = (name: string): readonly string[] => {
  const type = schema.getType(name);
  if (!isInputObjectType(type) && !isObjectType(type)) throw new Error(`There is no ${name}`);
  return Object.keys(type.getFields());
};

test('every mutation of an action has a row, and every row its mutation', () => {
  expect([...actionNames].sort()).toEqual(
    Object.keys(mutations)
      .filter((name) => !ownMutations.includes(name))
      .sort(),
  );
});

test('every action can be asked approval for', () => {
  expect([...fieldsOf('ApprovalActionInput')].sort()).toEqual([...actionNames].sort());
});

test('every action has a name for guardrails of its own', () => {
  expect(actionNames.map((name) => actions[name].guardrail).sort()).toEqual(Object.keys(guardedActions).sort());
});

describe('each action', () => {
  test.each(actionNames)('%s has a price, and tells the outcome of each target', (name) => {
    expect(readSdl().costs.get(`Mutation.${name}`)?.calls).toBeGreaterThan(0);
    const payload = String(mutations[name]?.type);
    expect(fieldsOf(payload)).toEqual(expect.arrayContaining(['clientMutationId', 'dryRun', 'results']));
    expect(fieldsOf(payload.replace('Payload', 'Result'))).toEqual(expect.arrayContaining(['outcome', 'error']));
  });
});
