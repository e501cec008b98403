import { z } from 'zod';
import { deviceValues } from '../domain/enums.ts';
import { asError } from '../errors.ts';
import type { ConfigPath, Faults } from './faults.ts';
import { choice, section, text, textLike, wholeNumber } from './fields.ts';
import {
  type AllowedCommands,
  type GuardedAction,
  type Guardrail,
  type GuardrailConditions,
  type GuardrailDemand,
  guardedActions,
  type Hours,
  weekdays,
} from './guardrails.ts';
import { type LinearPattern, linearPattern } from './linear-pattern.ts';
import type { RoleTable } from './roles.ts';
import { didYouMean } from './suggest.ts';
import type { TenantList } from './tenant-list.ts';

/** One value or a list of them. */
const some = <S extends z.ZodType<unknown>>(item: S) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1, 'must not be empty')], {
    error: () => 'must be text or a list of text',
  });

const texts = () => some(text());
const timeOfDay = () => textLike(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day, e.g. 08:00');

const hours = () =>
  section({
    from: timeOfDay(),
    to: timeOfDay(),
    days: z.array(choice(weekdays)).min(1, 'must name at least one day').default(['mon', 'tue', 'wed', 'thu', 'fri']),
    timeZone: text().default('UTC'),
  }).optional();

/** One rule. */
export const guardrailSchema = section({
  name: text().optional(),
  deny: texts().optional(),
  requireComment: text().optional(),
  requireApproval: texts().optional(),
  approverRoles: texts().optional(),
  validMinutes: wholeNumber(1, 1440).optional(),
  actions: texts().optional(),
  machineTags: texts().optional(),
  machineGroups: texts().optional(),
  deviceValue: texts().optional(),
  osPlatform: texts().optional(),
  tenants: texts().optional(),
  tenantTags: texts().optional(),
  maxTargets: wholeNumber(1, 1_000_000).optional(),
  outsideHours: hours(),
  duringHours: hours(),
  unlessScripts: texts().optional(),
  unlessFiles: texts().optional(),
  unlessPaths: texts().optional(),
  unlessRole: texts().default([]),
  message: text().optional(),
});

type Read = z.output<typeof guardrailSchema>;

const machineConditions = ['machineTags', 'machineGroups', 'deviceValue', 'osPlatform'] as const;

const isAction = (word: string): word is GuardedAction => Object.hasOwn(guardedActions, word);
const allActions = Object.keys(guardedActions).filter(isAction);

/** What a reader of one rule has at hand. */
interface Place {
  readonly path: ConfigPath;
  readonly faults: Faults;
}

/** The words as actions; `all` stands for each of them. */
const actionsOf = (words: readonly string[], field: string, { path, faults }: Place): readonly GuardedAction[] => {
  const named = words.flatMap((word) => {
    if (word === 'all') return allActions;
    if (isAction(word)) return [word];
    faults.add([...path, field], `"${word}" is no action of the gateway${didYouMean(word, [...allActions, 'all'])}`);
    return [];
  });
  return [...new Set(named)];
};

/** Null, with a fault told, when it is none that can be matched in a time that grows with the comment alone. */
const patternOf = (source: string, { path, faults }: Place): LinearPattern | null => {
  const at = [...path, 'requireComment'];
  try {
    new RegExp(source, 'u');
  } catch {
    faults.add(at, 'is no regular expression');
    return null;
  }
  try {
    return linearPattern(source);
  } catch (thrown) {
    faults.add(at, asError(thrown).message);
    return null;
  }
};

const defaultValidMinutes = 60;

const demandOf = (
  { requireComment, requireApproval, approverRoles, validMinutes }: Read,
  place: Place,
): GuardrailDemand => {
  if (requireApproval !== undefined) {
    const validMs = (validMinutes ?? defaultValidMinutes) * 60_000;
    return { kind: 'approval', validMs, approverRoles: approverRoles ?? [] };
  }
  const pattern = requireComment === undefined ? null : patternOf(requireComment, place);
  return pattern === null ? { kind: 'never' } : { kind: 'comment', pattern };
};

const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));

const hoursOf = (
  read: NonNullable<Read['outsideHours']>,
  field: 'outsideHours' | 'duringHours',
  { path, faults }: Place,
): Hours => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: read.timeZone });
  } catch {
    faults.add([...path, field, 'timeZone'], 'is no time zone, as e.g. Europe/Berlin is');
  }
  return { fromMinute: minuteOf(read.from), toMinute: minuteOf(read.to), days: read.days, timeZone: read.timeZone };
};

/** Names of the tenants that the rule is for; `undefined`: for all. */
const tenantsOf = (
  read: Read,
  { tenants, complete, note }: TenantList,
  { path, faults }: Place,
): string[] | undefined => {
  if (read.tenants === undefined && read.tenantTags === undefined) return undefined;
  const need = (field: 'tenants' | 'tenantTags', word: string, known: readonly string[]): void => {
    if (complete && !known.includes(word)) {
      (note ?? faults.add)([...path, field], `no tenant has the ${field === 'tenants' ? 'name' : 'tag'} "${word}"`);
    }
  };
  for (const name of read.tenants ?? [])
    need(
      'tenants',
      name,
      tenants.map((tenant) => tenant.name),
    );
  for (const tag of read.tenantTags ?? [])
    need(
      'tenantTags',
      tag,
      tenants.flatMap(({ tags }) => tags),
    );
  return tenants
    .filter(({ name, tags }) => read.tenants?.includes(name) || tags.some((tag) => read.tenantTags?.includes(tag)))
    .map(({ name }) => name);
};

const commandLists = ['unlessScripts', 'unlessFiles', 'unlessPaths'] as const;

/** What is excepted of live response; a kind of command without a list is not. `undefined`: the rule looks at no commands. */
const commandsOf = ({ unlessScripts, unlessFiles, unlessPaths }: Read): AllowedCommands | undefined =>
  unlessScripts === undefined && unlessFiles === undefined && unlessPaths === undefined
    ? undefined
    : { scripts: unlessScripts ?? [], files: unlessFiles ?? [], paths: unlessPaths ?? [] };

/** Other actions have no commands, so that a rule for them too would never hold for these. */
const checkCommands = (read: Read, actions: readonly GuardedAction[], { path, faults }: Place): void => {
  const list = commandLists.find((field) => read[field] !== undefined);
  const other = actions.find((action) => action !== 'runLiveResponse');
  if (list === undefined || other === undefined) return;
  faults.add([...path, list], `goes with runLiveResponse alone, and ${other} has no commands: make a rule of its own`);
};

const lower = (words: readonly string[]): string[] => words.map((word) => word.toLowerCase());

const whenOf = (read: Read, list: TenantList, place: Place): GuardrailConditions => {
  const tenants = tenantsOf(read, list, place);
  const unlessCommands = commandsOf(read);
  const known: readonly string[] = lower(deviceValues);
  for (const value of lower(read.deviceValue ?? [])) {
    if (!known.includes(value)) place.faults.add([...place.path, 'deviceValue'], `must be one of: ${known.join(', ')}`);
  }
  return {
    ...(read.machineTags && { machineTags: lower(read.machineTags) }),
    ...(read.machineGroups && { machineGroups: lower(read.machineGroups) }),
    ...(read.deviceValue && { deviceValue: lower(read.deviceValue) }),
    ...(read.osPlatform && { osPlatform: lower(read.osPlatform) }),
    ...(tenants && { tenants }),
    ...(read.maxTargets !== undefined && { maxTargets: read.maxTargets }),
    ...(read.outsideHours && { outsideHours: hoursOf(read.outsideHours, 'outsideHours', place) }),
    ...(unlessCommands && { unlessCommands }),
    ...(read.duringHours && { duringHours: hoursOf(read.duringHours, 'duringHours', place) }),
  };
};

/** What makes a rule of one kind or another. */
const kinds = ['deny', 'requireComment', 'requireApproval'] as const;
/** Fields that belong to one kind alone. */
const fieldsOfKind = [
  ['actions', 'requireComment', 'deny and requireApproval name their actions themselves'],
  ['approverRoles', 'requireApproval', 'nobody is asked otherwise'],
  ['validMinutes', 'requireApproval', 'nobody is asked otherwise'],
] as const;

/** A rule has exactly one kind, and only what belongs to it. */
const checkKind = (read: Read, { path, faults }: Place): void => {
  const given = kinds.filter((kind) => read[kind] !== undefined);
  if (given.length === 0) faults.add(path, 'says nothing: give deny, requireComment or requireApproval');
  if (given.length > 1) faults.add(path, `has ${given.join(' and ')}: make a rule of each`);
  for (const [field, kind, why] of fieldsOfKind) {
    if (read[field] !== undefined && given.length > 0 && read[kind] === undefined) {
      faults.add([...path, field], `goes with ${kind}: ${why}`);
    }
  }
};

const checkTargets = (read: Read, { path, faults }: Place): void => {
  const bare = [...(read.deny ?? []), ...(read.requireApproval ?? []), ...(read.actions ?? [])].find(
    (word) => isAction(word) && !guardedActions[word].hasMachine,
  );
  const condition = machineConditions.find((field) => read[field] !== undefined);
  if (bare === undefined || condition === undefined) return;
  faults.add([...path, condition], `is a condition on machines, and ${bare} has none`);
};

/** Roles have to exist, and those of approvers to be able to approve. */
const checkRoles = (read: Read, roles: RoleTable | null, { path, faults }: Place): void => {
  if (roles === null) return;
  for (const field of ['unlessRole', 'approverRoles'] as const) {
    for (const name of read[field] ?? []) {
      const role = Object.hasOwn(roles, name) ? roles[name] : undefined;
      const at = [...path, field];
      if (role === undefined) faults.add(at, `no role "${name}"${didYouMean(name, Object.keys(roles))}`);
      else if (field === 'approverRoles' && !role.permissions.includes('action:approve')) {
        faults.add(at, `the role "${name}" lacks the permission "action:approve"`);
      }
    }
  }
};

/** The operator's rules in their order. `roles` are those that exist; `null` when they could not be read. */
export const readGuardrails = (
  value: unknown,
  path: ConfigPath,
  { list, roles }: { readonly list: TenantList; readonly roles: RoleTable | null },
  faults: Faults,
): readonly Guardrail[] => {
  const items = faults.read(z.array(z.unknown()), value ?? [], path) ?? [];
  return items.flatMap((item, index): Guardrail[] => {
    const at = [...path, index];
    const place = { path: at, faults };
    const read = faults.read(guardrailSchema, item, at);
    if (read === undefined) return [];
    checkKind(read, place);
    checkTargets(read, place);
    checkRoles(read, roles, place);
    const named = (['deny', 'requireApproval'] as const).find((field) => read[field] !== undefined) ?? 'actions';
    const actions = actionsOf(read[named] ?? ['all'], named, place);
    checkCommands(read, actions, place);
    return [
      {
        name: read.name ?? `${path.join('.')}[${index}]`,
        actions,
        demand: demandOf(read, place),
        when: whenOf(read, list, place),
        unlessRole: read.unlessRole,
        message: read.message ?? null,
      },
    ];
  });
};
