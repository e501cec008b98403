import type { Casting } from './cast.ts';
import { stageEvidence } from './evidence.ts';
import type { Random } from './random.ts';
import { type Responded, stageResponse } from './response.ts';
import { sources } from './sources.ts';
import type { AlertSeed } from './stories/story.ts';
import type { Plan } from './timeline.ts';
import { dayMs, isoTime, minuteMs } from './times.ts';
import { triageComments, triageStatus } from './triage.ts';
import type { Severity, WorldAlert, WorldIncident } from './types.ts';

/** An alert with its time as a number: the texts have fractions of different length and do not sort. */
export interface StagedAlert {
  readonly createdAtMs: number;
  readonly alert: WorldAlert;
}

const severityOrder = ['informational', 'low', 'medium', 'high'] as const satisfies readonly Severity[];

const worst = (seeds: readonly AlertSeed[]): Severity =>
  severityOrder[Math.max(0, ...seeds.map((seed) => severityOrder.indexOf(seed.severity)))] ?? 'informational';

interface Stage {
  readonly name: string;
  readonly nowMs: number;
  readonly casting: Casting;
  readonly analysts: readonly [string, ...string[]];
}

/** Plays one plan: the incident and its alerts, oldest first. Nothing in it is later than `nowMs`. */
export function stageIncident(
  plan: Plan,
  id: string,
  mergedInto: string | null,
  stage: Stage,
  random: Random,
): { readonly incident: WorldIncident; readonly alerts: readonly StagedAlert[]; readonly responded: Responded | null } {
  const startMs = stage.nowMs - plan.ageMs;
  const stepMs = Math.min(random.int(2, 9) * minuteMs, Math.floor(plan.ageMs / (plan.alertCount + 3)));
  const lastAlertMs = startMs + Math.max(0, plan.alertCount - 1) * stepMs;
  const cast = stage.casting.choose(plan.story, { leads: plan.lead });
  const title = cast.fill(plan.story.displayName);
  const { response } = plan.story;
  const responded =
    response === undefined || mergedInto !== null
      ? null
      : stageResponse(
          { response, cast, title, analysts: stage.analysts, lastAlertMs, nowMs: stage.nowMs },
          random.fork('response'),
        );
  const endMs =
    responded?.lastMs ?? lastAlertMs + Math.floor(Math.min(plan.ageMs * 0.3, (stage.nowMs - lastAlertMs) * 0.8));
  const status = mergedInto === null ? statusOf(plan, responded, random) : 'redirected';
  const touched = status !== 'active' && status !== 'redirected';
  const resolved = status === 'resolved';
  const waits = status === 'active' && plan.ageMs > dayMs && random.chance(0.6);
  const assignedTo = responded?.by ?? (touched || waits ? random.pick(stage.analysts) : null);
  const notes = (plan.story.notes ?? ['Looked at.']).map((note) => cast.fill(note));
  const comments =
    responded?.comments ??
    triageComments(status, lastAlertMs, endMs, { notes, author: assignedTo ?? stage.analysts[0] }, random);
  const judged = resolved || (plan.lead && touched);
  const { classification, determination } = judged
    ? plan.story.verdict
    : ({ classification: null, determination: null } as const);
  const played = Array.from({ length: plan.alertCount }, (_, index) => seedAt(plan, index));

  const incident: WorldIncident = {
    id,
    redirectIncidentId: mergedInto,
    displayName: title,
    description: plan.story.description,
    severity: worst(played.length > 0 ? played : plan.story.alerts),
    status,
    classification,
    determination,
    assignedTo,
    tags: [...(plan.story.tags ?? [])],
    systemTags: plan.story.systemTags ?? [],
    priorityScore: plan.lead ? random.int(80, 100) : random.chance(0.5) ? random.int(1, 79) : null,
    createdAt: isoTime(startMs + 1, random),
    updatedAt: isoTime(touched || waits ? endMs : lastAlertMs + 240, random),
    lastModifiedBy: assignedTo ?? 'Microsoft 365 Defender-AlertCorrelation',
    comments,
  };

  let current = cast;
  const alerts = played.map((seed, index): StagedAlert => {
    // A routine story told again within the incident happens to somebody else.
    if (index > 0 && index % plan.story.alerts.length === 0)
      current = stage.casting.choose(plan.story, { leads: false });
    const createdAtMs = startMs + index * stepMs;
    const firstActivityMs = createdAtMs - random.int(30_000, 6 * minuteMs);
    const scene = { cast: current, domain: stage.name, firstActivityMs, createdAtMs, random };
    const { serviceSource, detectionSource, newAlertId } = sources[seed.source];
    const investigationState = seed.investigationState ?? 'unsupportedAlertType';
    const alert: WorldAlert = {
      id: newAlertId(createdAtMs, random),
      incidentId: id,
      title: seed.title,
      description: seed.description,
      recommendedActions: seed.recommendedActions,
      category: seed.category,
      severity: seed.severity,
      status: resolved ? 'resolved' : touched && random.chance(0.6) ? 'inProgress' : 'new',
      classification,
      determination,
      assignedTo,
      serviceSource,
      detectionSource,
      detectorId: random.guid(),
      // Numbered when all alerts are there.
      investigationId: investigationState.startsWith('unsupported') ? null : 0,
      investigationState,
      createdAt: isoTime(createdAtMs, random),
      updatedAt: isoTime(touched ? endMs : createdAtMs + 1, random),
      resolvedAt: resolved ? isoTime(endMs, random) : null,
      firstActivityAt: isoTime(firstActivityMs, random),
      lastActivityAt: isoTime(firstActivityMs + random.int(0, 25_000), random),
      mitreTechniques: seed.mitreTechniques,
      threatName: seed.threatName ?? null,
      threatFamilyName: seed.threatFamilyName ?? null,
      actorName: seed.actorName ?? null,
      machine: seed.machine === undefined ? null : current.machine(seed.machine),
      comments: index === 0 ? comments.slice(0, 1) : [],
      evidence: stageEvidence(seed, scene),
    };
    return { createdAtMs, alert };
  });
  return { incident, alerts, responded };
}

/** What was done decides, where it is told; else the age. */
function statusOf(plan: Plan, responded: Responded | null, random: Random): WorldIncident['status'] {
  if (plan.story.response === undefined) return triageStatus(plan.ageMs, random);
  if (responded === null) return 'active';
  return responded.closed ? 'resolved' : 'inProgress';
}

function seedAt(plan: Plan, index: number): AlertSeed {
  return plan.story.alerts[index % plan.story.alerts.length] ?? plan.story.alerts[0];
}
