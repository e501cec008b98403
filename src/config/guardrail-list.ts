import { z } from 'zod';
import { deviceValues } from '../domain/enums.ts';
import type { ConfigPath, Faults } from './faults.ts';
import { choice, section, text, textLike, wholeNumber } from './fields.ts';
import {
  type GuardedAction,
  type Guardrail,
  type GuardrailConditions,
  guardedActions,
  type Hours,
  weekdays,
} from './guardrails.ts';
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

const schema = section({
  name: text().optional(),
  deny: texts().optional(),
  requireComment: text().optional(),
  requireApproval: z.unknown().optional(),
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
  unlessRole: texts().default([]),
  message: text().optional(),
});

type Read = z.output<typeof schema>;

const machineConditions = ['machineTags', 'machineGroups', 'deviceValue', 'osPlatform'] as const;

const isAction = (word: string): word is GuardedAction => Object.hasOwn(guardedActions, word);
const allActions = Object.keys(guardedActions).filter(isAction);

/** What a reader of one rule has at hand. */
interface Place {
  readonly path: ConfigPath;
  readonly faults: Faults;
}

/** The words as acts; `all` stands for each of them. */
const actionsOf = (words: readonly string[], field: string, { path, faults }: Place): readonly GuardedAction[] => {
  const named = words.flatMap((word) => {
    if (word === 'all') return allActions;
    if (isAction(word)) return [word];
    faults.add([...path, field], `"${word}" is no act of the gateway${didYouMean(word, [...allActions, 'all'])}`);
    return [];
  });
  return [...new Set(named)];
};

const patternOf = (source: string, { path, faults }: Place): RegExp | null => {
  try {
    return new RegExp(source, 'u');
  } catch {
    faults.add([...path, 'requireComment'], 'is no regular expression');
    return null;
  }
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
const tenantsOf = (read: Read, { tenants, complete }: TenantList, { path, faults }: Place): string[] | undefined => {
  if (read.tenants === undefined && read.tenantTags === undefined) return undefined;
  const need = (field: 'tenants' | 'tenantTags', word: string, known: readonly string[]): void => {
    if (complete && !known.includes(word)) {
      faults.add([...path, field], `no tenant has the ${field === 'tenants' ? 'name' : 'tag'} "${word}"`);
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

const lower = (words: readonly string[]): string[] => words.map((word) => word.toLowerCase());

const whenOf = (read: Read, list: TenantList, place: Place): GuardrailConditions => {
  const tenants = tenantsOf(read, list, place);
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
    ...(read.duringHours && { duringHours: hoursOf(read.duringHours, 'duringHours', place) }),
  };
};

/** A rule has exactly one kind, and conditions that its acts can meet. */
const checkKind = (read: Read, { path, faults }: Place): void => {
  if (read.requireApproval !== undefined) {
    faults.add(
      [...path, 'requireApproval'],
      'is not available yet: nobody could approve. Use deny with unlessRole, or remove the rule',
    );
    return;
  }
  const kinds = [read.deny, read.requireComment].filter((kind) => kind !== undefined).length;
  if (kinds === 0) faults.add(path, 'says nothing: give deny or requireComment');
  if (kinds > 1) faults.add(path, 'has both deny and requireComment: make two rules of it');
  if (read.deny !== undefined && read.actions !== undefined) {
    faults.add([...path, 'actions'], 'goes with requireComment: deny names its acts itself');
  }
};

const checkTargets = (read: Read, { path, faults }: Place): void => {
  const triage = [...(read.deny ?? []), ...(read.actions ?? [])].find(
    (word) => isAction(word) && guardedActions[word] === 'triage',
  );
  const condition = machineConditions.find((field) => read[field] !== undefined);
  if (triage === undefined || condition === undefined) return;
  faults.add([...path, condition], `is a condition on machines, and ${triage} has none`);
};

/** The operator's rules in their order. `roles` are those that exist; `null` when they could not be read. */
export const readGuardrails = (
  value: unknown,
  path: ConfigPath,
  { list, roles }: { readonly list: TenantList; readonly roles: readonly string[] | null },
  faults: Faults,
): readonly Guardrail[] => {
  const items = faults.read(z.array(z.unknown()), value ?? [], path) ?? [];
  return items.flatMap((item, index): Guardrail[] => {
    const at = [...path, index];
    const place = { path: at, faults };
    const read = faults.read(schema, item, at);
    if (read === undefined) return [];
    checkKind(read, place);
    checkTargets(read, place);
    for (const role of read.unlessRole) {
      if (roles?.includes(role) === false)
        faults.add([...at, 'unlessRole'], `no role "${role}"${didYouMean(role, roles)}`);
    }
    const actions =
      read.deny === undefined
        ? actionsOf(read.actions ?? ['all'], 'actions', place)
        : actionsOf(read.deny, 'deny', place);
    return [
      {
        name: read.name ?? `${path.join('.')}[${index}]`,
        actions,
        comment: read.requireComment === undefined ? null : patternOf(read.requireComment, place),
        when: whenOf(read, list, place),
        unlessRole: read.unlessRole,
        message: read.message ?? null,
      },
    ];
  });
};
