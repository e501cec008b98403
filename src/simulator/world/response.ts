import { binary } from './binaries.ts';
import type { Cast } from './cast.ts';
import type { Random } from './random.ts';
import type { ActionSeed, IndicatorSeed, Response } from './stories/response.ts';
import { isoTime, minuteMs } from './times.ts';
import type { Comment, WorldAction, WorldAlert, WorldCommandState } from './types.ts';

/** A machine action with its time as a number. */
export interface StagedAction {
  readonly createdAtMs: number;
  readonly action: WorldAction;
}

/** An indicator that is to be numbered, with who made it, when and for which incident. */
export interface StagedIndicator {
  readonly createdAtMs: number;
  readonly seed: IndicatorSeed;
  readonly createdBy: string;
  readonly title: string;
}

/** What of a response has happened by now. */
export interface Responded {
  readonly by: string;
  readonly comments: Comment[];
  readonly actions: readonly StagedAction[];
  readonly indicators: readonly StagedIndicator[];
  readonly closed: boolean;
  readonly lastMs: number;
}

/** Who works on which incident, and between which times. */
interface Work {
  readonly response: Response;
  readonly cast: Cast;
  readonly title: string;
  readonly analysts: readonly [string, ...string[]];
  readonly lastAlertMs: number;
  readonly nowMs: number;
}

/** The steps that fit between the last alert and now; `null`: none does, so nobody has looked at it. */
export function stageResponse(work: Work, random: Random): Responded | null {
  const { response, cast, title, analysts, lastAlertMs, nowMs } = work;
  const by = analysts[response.analyst] ?? analysts[0];
  const done = response.steps
    .map((step) => ({ step, atMs: lastAlertMs + step.afterMinutes * minuteMs }))
    .filter(({ step, atMs }) => atMs + longest(step.actions ?? []) < nowMs);
  const last = done.at(-1);
  if (last === undefined) return null;

  const actions = done.flatMap(({ step, atMs }) =>
    (step.actions ?? []).map((seed, place): StagedAction => {
      const createdAtMs = atMs + place * 20_000;
      return { createdAtMs, action: stageAction(seed, { by, cast, createdAtMs }, random) };
    }),
  );
  return {
    by,
    comments: done.map(({ step, atMs }) => ({
      text: cast.fill(step.comment),
      author: by,
      at: isoTime(atMs + 2 * minuteMs, random),
    })),
    actions: actions.filter((one) => one.action.type !== 'Isolate' || isReleased(one, actions)),
    indicators: done.flatMap(({ step, atMs }) =>
      (step.indicators ?? []).map((seed) => ({ createdAtMs: atMs + minuteMs, seed, createdBy: by, title })),
    ),
    closed: last.step.closes === true,
    lastMs: last.atMs + 2 * minuteMs,
  };
}

const takes = ({ minutes = 4 }: ActionSeed): number => minutes * minuteMs;

/** From the step's time until all of it is done and written down. */
const longest = (actions: readonly ActionSeed[]): number =>
  3 * minuteMs + Math.max(0, ...actions.map((seed, place) => takes(seed) + place * 20_000));

/** Every machine starts out free: an isolation whose end is yet to come is not told. */
const isReleased = ({ createdAtMs, action }: StagedAction, actions: readonly StagedAction[]): boolean =>
  actions.some(
    (later) =>
      later.action.type === 'Unisolate' && later.action.machine === action.machine && later.createdAtMs > createdAtMs,
  );

/** What was quarantined shows in the evidence of the alerts on its machine. */
export function showQuarantined(actions: readonly WorldAction[], alerts: readonly WorldAlert[]): void {
  for (const { type, machine, relatedFile } of actions) {
    if (type !== 'StopAndQuarantineFile' || relatedFile === null) continue;
    for (const evidence of alerts.flatMap((alert) => alert.evidence)) {
      if (evidence.type !== 'file' || evidence.machine !== machine) continue;
      if (evidence.file.sha1 !== relatedFile.identifier) continue;
      evidence.detectionStatus = 'prevented';
      evidence.remediationStatus = 'remediated';
    }
  }
}

function stageAction(
  seed: ActionSeed,
  { by, cast, createdAtMs }: { readonly by: string; readonly cast: Cast; readonly createdAtMs: number },
  random: Random,
): WorldAction {
  const file = seed.file === undefined ? null : binary(seed.file);
  return {
    id: random.guid(),
    type: seed.type,
    scope: seed.scope ?? null,
    requestor: by,
    requestorComment: seed.comment,
    externalId: null,
    status: 'Succeeded',
    machine: cast.machine(seed.machine),
    createdAt: isoTime(createdAtMs, random),
    updatedAt: isoTime(createdAtMs + takes(seed), random),
    cancellationRequestor: null,
    cancellationComment: null,
    cancelledAt: null,
    errorHResult: 0,
    relatedFile: file === null ? null : { identifier: file.sha1, type: 'Sha1' },
    commands: seed.scripts === undefined ? null : commandsOf(seed.scripts, createdAtMs, takes(seed)),
    ...(seed.type === 'CollectInvestigationPackage' && {
      title: 'Collect investigation package',
      externalId: /INC-\d+/.exec(seed.comment)?.[0] ?? null,
    }),
  };
}

/** One script after another, each as long as the others. */
const commandsOf = (
  scripts: NonNullable<ActionSeed['scripts']>,
  createdAtMs: number,
  takesMs: number,
): readonly WorldCommandState[] =>
  scripts.map(([scriptName, output], index) => ({
    index,
    type: 'RunScript',
    params: [{ key: 'ScriptName', value: scriptName }],
    status: 'Completed',
    startTime: isoTime(createdAtMs + Math.floor((takesMs * index) / scripts.length)),
    endTime: isoTime(createdAtMs + Math.floor((takesMs * (index + 1)) / scripts.length)),
    errors: [],
    result: Buffer.from(
      JSON.stringify({ script_name: scriptName, exit_code: 0, script_output: output, script_errors: '' }),
      'utf8',
    ),
  }));
