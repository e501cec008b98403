import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertFromGraph, alertFromMde } from '../../../src/unification/alert.ts';
import { incidentFromGraph, incidentFromM365d } from '../../../src/unification/incident.ts';
import { machineFromMde } from '../../../src/unification/machine.ts';
import { machineActionFromMde } from '../../../src/unification/machine-action.ts';
import { isGraphAlert, isGraphIncident } from '../../../src/upstream/graph/wire.ts';
import { isM365dIncident } from '../../../src/upstream/m365d/wire.ts';
import { isMdeAlert, isMdeMachine, isMdeMachineAction } from '../../../src/upstream/mde/wire.ts';
import { contoso, fixture } from './fixture.ts';

/** A documented shape in which some values, at any depth, are replaced by arbitrary JSON. */
const disturbed = (value: unknown): fc.Arbitrary<unknown> => {
  const instead = fc.oneof({ weight: 1, arbitrary: fc.jsonValue() }, { weight: 1, arbitrary: fc.constant({}) });
  const inside = (): fc.Arbitrary<unknown> => {
    if (Array.isArray(value)) return fc.tuple(...value.map(disturbed));
    if (typeof value !== 'object' || value === null) return fc.constant(value);
    return fc.record(Object.fromEntries(Object.entries(value).map(([key, child]) => [key, disturbed(child)])));
  };
  return fc.oneof({ weight: 5, arbitrary: inside() }, { weight: 1, arbitrary: instead });
};

const subjects = [
  ['graph-incident', isGraphIncident, (wire: unknown) => isGraphIncident(wire) && incidentFromGraph(contoso, wire)],
  ['graph-incident', isGraphAlert, (wire: unknown) => isGraphAlert(wire) && alertFromGraph(contoso, wire)],
  ['m365d-incident', isM365dIncident, (wire: unknown) => isM365dIncident(wire) && incidentFromM365d(contoso, wire)],
  ['mde-alert', isMdeAlert, (wire: unknown) => isMdeAlert(wire) && alertFromMde(contoso, wire)],
  ['mde-machine', isMdeMachine, (wire: unknown) => isMdeMachine(wire) && machineFromMde('contoso', wire)],
  [
    'mde-machine-action',
    isMdeMachineAction,
    (wire: unknown) => isMdeMachineAction(wire) && machineActionFromMde('contoso', wire),
  ],
] as const;

describe('unification never throws', () => {
  test.each(subjects)('on a %s with arbitrary JSON in place of any value', (name, is, unify) => {
    const shape: unknown = fixture<object>(name, (value): value is object => is(value));
    fc.assert(
      fc.property(disturbed(shape), (wire) => {
        expect(() => unify(wire)).not.toThrow();
      }),
      { numRuns: 300 },
    );
  });

  test('on arbitrary JSON with an id', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (json) => {
        for (const [, , unify] of subjects) {
          expect(() => unify({ ...json, id: 'x', incidentId: 1 })).not.toThrow();
        }
      }),
    );
  });

  test('on evidence of any type with arbitrary JSON inside', () => {
    const types = ['device', 'user', 'process', 'file', 'mailbox', 'analyzedMessage', 'registryValue', 'no'];
    fc.assert(
      fc.property(fc.constantFrom(...types), fc.dictionary(fc.string(), fc.jsonValue()), (type, json) => {
        const wire: unknown = {
          id: 'x',
          evidence: [{ ...json, '@odata.type': `#microsoft.graph.security.${type}Evidence` }],
        };
        if (isGraphAlert(wire)) expect(alertFromGraph(contoso, wire).evidence).toHaveLength(1);
      }),
    );
  });
});
