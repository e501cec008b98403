import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changeRefusals } from './change-refusals.ts';
import { indicatorRefusals } from './indicator-refusals.ts';
import { type ActionsLab, startActionsLab } from './lab.ts';
import { libraryRefusals, newAlertRefusals, type RefusalRow, regroupRefusals } from './refusal-rows.ts';
import { scanRefusals } from './scan-refusals.ts';

let lab: ActionsLab;
beforeAll(async () => {
  lab = await startActionsLab([
    [['guardrails'], [{ name: 'quiet hours', deny: 'all', tenants: 'quiet' }]],
    // A file that is too large arrives whole.
    [['limits', 'bodyBytes'], 32 * 1024 * 1024],
    [['limits', 'indicatorsPerMutation'], 600],
  ]);
});
afterAll(() => lab.stop());

/** What changes something at Microsoft's side: all but reads, among which are Graph's `$batch`, hunting and sign-in. */
const actions = (): number =>
  lab.simulator.calls
    .list()
    .filter(({ method, operation }) => method !== 'GET' && !/batch$|hunting|entra|^token/i.test(operation ?? ''))
    .length;

const rows = [
  ...changeRefusals,
  ...regroupRefusals,
  ...libraryRefusals,
  ...newAlertRefusals,
  ...indicatorRefusals,
  ...scanRefusals,
];
const named = (row: RefusalRow): readonly [string, string, RefusalRow] => [row.mutation, row.what, row];

describe('bad input of an action is answered with its code, and Microsoft sees nothing of it', () => {
  test.each(rows.map(named))('%s: %s', async (_mutation, _what, { mutation, input, code, of }) => {
    const given = await input(lab);
    for (const dryRun of [true, false]) {
      const before = actions();
      const { told, errors } = await lab.perform(mutation, { ...given, dryRun });
      if (of === 'mutation') expect(errors).toMatchObject([{ extensions: { code } }]);
      else {
        expect(errors).toEqual([]);
        expect(told.map(({ error }) => error?.code ?? null)).toEqual(of ?? told.map(() => code));
        expect(told.length).toBeGreaterThan(0);
      }
      expect(actions()).toBe(before);
    }
  });
});
