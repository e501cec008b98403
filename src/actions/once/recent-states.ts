import { createHash } from 'node:crypto';
import { directoryKey } from '../../config/tenant-keys.ts';
import type { Tenant } from '../../config/tenants.ts';
import type { MachineAction } from '../../domain/machine-action.ts';
import { asError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { checked, hasFields } from '../../store/forms.ts';
import { namespaces } from '../../store/namespaces.ts';
import type { Store } from '../../store/store.ts';
import type { StateEffect } from '../kinds/machine/preconditions.ts';
import type { JournalSubject } from './journal.ts';

/** What this gateway did last to a state of a machine, or to a part of an incident, alert or machine. */
interface RecentState {
  /** `ON` or `OFF` of a state; a hash of what anything else was set to. */
  readonly to: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

const isRecentState = hasFields({ to: 'text', at: 'number' });

/** A clock of Microsoft's may be ahead by so much, milliseconds. */
const skewMs = 60_000;

const keyOf = (tenant: Tenant, machineId: string, { of }: StateEffect): string =>
  JSON.stringify([directoryKey(tenant), machineId, of]);

const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url');

const isOfTags = ([field]: readonly [string, unknown]): boolean => /tags$/i.test(field);

type Parts = readonly (readonly [part: string, to: unknown])[];

/** Parts of an incident or alert. A comment is always new. */
const partsOfEntity = (change: object): Parts => {
  const fields = Object.entries(change).filter(([field]) => field !== 'comment');
  const tags = fields.filter(isOfTags);
  return [...fields.filter((field) => !isOfTags(field)), ...(tags.length > 0 ? [['tags', tags] as const] : [])];
};

/** A change that is known by what its target shows. */
interface ShownChange {
  readonly of: readonly [kind: string, id: string];
  /** What it sets, each part with what to. */
  readonly parts: Parts;
  /** What it finds, and does not set. */
  readonly finds?: Parts;
}

/** Null: of an action that is known by something else. */
const changeOf = (subject: JournalSubject): ShownChange | null => {
  switch (subject.kind) {
    case 'move':
      return { of: ['move', subject.id], parts: [['incidentId', subject.move.incidentId]] };
    case 'machine': {
      const { id, change } = subject;
      const isTag = change.kind === 'tag';
      return {
        of: ['machine', id],
        parts: [isTag ? [`tag ${change.tag}`, change.operation] : [change.kind, change.deviceValue]],
      };
    }
    case 'incident':
    case 'alert':
      return { of: [subject.kind, subject.id], parts: partsOfEntity(subject.change) };
    case 'scanChange':
      return { of: ['scan', subject.id], parts: Object.entries(subject.terms), finds: [['isThere', true]] };
    case 'scanDeletion':
      return { of: ['scan', subject.id], parts: [['isThere', false]] };
    case 'libraryUpload': {
      const { fileName, sha256, description, parametersDescription } = subject;
      return { of: ['libraryFile', fileName], parts: [['file', [sha256, description, parametersDescription]]] };
    }
    case 'libraryDeletion':
      return { of: ['libraryFile', subject.fileName], parts: [['file', null]] };
    default:
      return null;
  }
};

/** Where parts are noted, and as what. */
const notesOf = (tenant: Tenant, of: ShownChange['of'], parts: Parts) =>
  parts.map(([part, to]) => ({
    key: JSON.stringify([directoryKey(tenant), hashOf([...of, part])]),
    to: hashOf(to),
  }));

/** What was done a moment ago, by any replica: Microsoft lists an action late, and reads may show what was before a change. */
export const createRecentStates = ({ store, log }: { readonly store: Store; readonly log: Log }) => {
  const states = store.space<RecentState>('recent-states', checked(namespaces['recent-states'], isRecentState));
  const set = (tenant: Tenant, key: string, state: RecentState): Promise<void> =>
    states.set(key, state).catch((thrown: unknown) => {
      log.warn('What was done could not be noted', { tenant: tenant.name, err: asError(thrown) });
    });
  /** Null: it could not be looked up. */
  const get = (tenant: Tenant, key: string): Promise<RecentState | null | undefined> =>
    states.get(key).catch((thrown: unknown) => {
      log.warn('What was done could not be looked up', { tenant: tenant.name, err: asError(thrown) });
      return null;
    });

  return {
    /** Never rejects: it only saves from a wrong refusal. */
    note: (tenant: Tenant, machineId: string, effect: StateEffect, at: number): Promise<void> =>
      set(tenant, keyOf(tenant, machineId, effect), { to: effect.to, at }),
    /** Whether the opposite was done after what an action tells, or may have been. Never rejects. */
    isUndone: async (
      tenant: Tenant,
      machineId: string,
      effect: StateEffect,
      { createdAt }: Pick<MachineAction, 'createdAt'>,
    ): Promise<boolean> => {
      const recent = await get(tenant, keyOf(tenant, machineId, effect));
      // Where it is not known, Microsoft judges.
      if (recent === null) return true;
      if (recent === undefined || recent.to === effect.to) return false;
      return createdAt === null || recent.at > Date.parse(createdAt) - skewMs;
    },
    /** A change is sent now. Never rejects. */
    noteChange: async (tenant: Tenant, subject: JournalSubject, at: number): Promise<void> => {
      const change = changeOf(subject);
      if (change === null) return;
      const notes = notesOf(tenant, change.of, change.parts);
      await Promise.all(notes.map(({ key, to }) => set(tenant, key, { to, at })));
    },
    /** Whether what a change sets was set to something else a moment ago: a read that shows it may be older. Never rejects. */
    isSetOtherwise: async (tenant: Tenant, subject: JournalSubject): Promise<boolean> => {
      const change = changeOf(subject);
      if (change === null) return false;
      const notes = notesOf(tenant, change.of, [...change.parts, ...(change.finds ?? [])]);
      const recent = await Promise.all(notes.map(async ({ key, to }) => ({ to, noted: await get(tenant, key) })));
      return recent.some(({ to, noted }) => noted === null || (noted !== undefined && noted.to !== to));
    },
  };
};

export type RecentStates = ReturnType<typeof createRecentStates>;
