import { expect, test } from 'vitest';
import { type TakeUp, takeUp } from '../../../src/actions/live-response/take-up.ts';
import type { LiveResponseCommand } from '../../../src/domain/machine-action.ts';

const inputs = ['nothing', 'a part', 'all'] as const;
const states = [
  'no such session',
  'PENDING',
  'IN_PROGRESS',
  'UNKNOWN',
  'SUCCEEDED',
  'FAILED',
  'TIME_OUT',
  'CANCELLED',
] as const;
const kinds = ['the same', 'other ones', 'one of several', 'one more', 'not told'] as const;
type Input = (typeof inputs)[number];
type State = (typeof states)[number];
type Kind = (typeof kinds)[number];

const command = (type: LiveResponseCommand['type'], index: number): LiveResponseCommand => ({
  tenant: 'contoso',
  actionId: '1',
  machineId: 'a'.repeat(40),
  index,
  type,
  typeName: type,
  params: [],
  status: 'Completed',
  startedAt: null,
  endedAt: null,
  errors: [],
});

/** The commands of the session, where a script is wanted (`one more`: a script and a file). */
const sessions: Readonly<Record<Kind, readonly LiveResponseCommand['type'][]>> = {
  'the same': ['RUN_SCRIPT'],
  'other ones': ['GET_FILE'],
  'one of several': ['PUT_FILE', 'RUN_SCRIPT', 'GET_FILE'],
  'one more': ['RUN_SCRIPT'],
  'not told': [],
};

/** The first row that fits is what has to come of it; a place that is left out fits all. */
const table: readonly {
  readonly named?: boolean;
  readonly input?: readonly Input[];
  readonly state?: readonly State[];
  readonly kind?: readonly Kind[];
  readonly is: TakeUp;
}[] = [
  { named: false, input: ['all'], is: 'START' },
  { named: false, is: 'INPUT_MISSING' },
  { state: ['no such session'], input: ['all'], is: 'START' },
  { state: ['no such session'], is: 'UNKNOWN_SESSION' },
  { state: ['FAILED', 'TIME_OUT', 'CANCELLED'], input: ['all'], is: 'START' },
  { input: ['nothing'], is: 'TAKE_UP' },
  { kind: ['other ones', 'one more'], is: 'OTHER_COMMANDS' },
  { is: 'TAKE_UP' },
];

const fits = <T>(allowed: readonly T[] | undefined, value: T): boolean => allowed?.includes(value) ?? true;

const cells = [true, false].flatMap((named) =>
  inputs.flatMap((input) => states.flatMap((state) => kinds.map((kind) => ({ named, input, state, kind })))),
);

test.each(cells)('X1: id $named, input $input, session $state, commands $kind', ({ named, input, state, kind }) => {
  const row = table.find(
    (each) =>
      (each.named ?? named) === named && fits(each.input, input) && fits(each.state, state) && fits(each.kind, kind),
  );
  const session =
    !named || state === 'no such session' ? null : { status: state, commands: sessions[kind].map(command) };
  const wanted =
    input === 'nothing' ? [] : kind === 'one more' ? (['RUN_SCRIPT', 'GET_FILE'] as const) : (['RUN_SCRIPT'] as const);
  expect(takeUp({ named, session, complete: input === 'all', wanted })).toBe(row?.is);
});

test('X1: every outcome has a cell', () => {
  const outcomes = new Set(table.map(({ is }) => is));
  expect([...outcomes].sort()).toEqual(['INPUT_MISSING', 'OTHER_COMMANDS', 'START', 'TAKE_UP', 'UNKNOWN_SESSION']);
});
