import type { Tenant } from '../config/tenants.ts';
import { indicatorKey, knownIndicatorTypes, readIndicatorValue } from '../domain/indicator-values.ts';
import { mde } from '../microsoft/mde/index.ts';
import type { RoutingDependencies } from '../routing/dependencies.ts';
import { readRowsBy } from '../routing/rows-by.ts';
import type { CallScope } from '../scope.ts';
import { page } from '../upstream/call.ts';
import { type Indicator, indicatorFromMde } from './indicator-fields.ts';
import { type IdentifiedWire, identified } from './mde-entity.ts';

/** A value as each type would have it. */
const formsOf = (value: string): ReadonlySet<string> =>
  new Set([
    value.trim().toLowerCase(),
    ...knownIndicatorTypes.flatMap((type) => {
      const read = readIndicatorValue(type, value);
      return 'value' in read ? [read.value.toLowerCase()] : [];
    }),
  ]);

/** Spellings in which Microsoft may keep a value: as given, as it is sent, and hashes as Windows prints them. */
export const spellingsOf = (value: string): readonly string[] => {
  const given = value.trim();
  const forms = [...formsOf(value)];
  const hashes = forms.filter((form) => /^[0-9a-f]{32,64}$/.test(form)).map((form) => form.toUpperCase());
  return [...new Set([given, ...forms, ...hashes])];
};

/** Whether an indicator is on a value, in any spelling. */
export const isOfValue = (indicator: Indicator, value: string): boolean => {
  const own = indicatorKey(indicator).slice(indicator.indicatorType.length + 1);
  return formsOf(value).has(own);
};

const kind = identified('an indicator', 'indicators');
const top = mde.listIndicators.maxTop ?? 10_000;

const rowsOf = (
  parts: RoutingDependencies & { readonly idsPerCall: number },
  tenant: Tenant,
  spellings: readonly string[],
  scope: CallScope,
) =>
  readRowsBy<IdentifiedWire>(
    parts,
    tenant,
    {
      ask: (asked) => page(mde.listIndicators, {}, kind, asked),
      idOf: ({ id }) => id,
      property: 'indicatorValue',
      valueIn: ({ indicatorValue }) => (typeof indicatorValue === 'string' ? indicatorValue : null),
      top,
    },
    spellings,
    scope,
  );

/**
 * The indicators of a tenant on values (hashes, addresses, domains, URLs), whatever their type, by the value as it was given. A
 * value that has none is absent, and one that could not be asked for has its error. One that Microsoft keeps in mixed case is not
 * found. Calls: 2 for one value, 6 for 100; needs `indicator:read`, which whoever asks has to see to.
 */
export const indicatorsOfValues = (
  parts: RoutingDependencies & { readonly idsPerCall: number },
  tenant: Tenant,
  values: readonly string[],
  scope: CallScope,
): Promise<ReadonlyMap<string, readonly Indicator[] | Error>> =>
  parts.routing.run(tenant, 'indicators.read', scope, {
    mde: async () => {
      const spelled = new Map(values.map((value) => [value, spellingsOf(value)]));
      const found = await rowsOf(parts, tenant, [...new Set([...spelled.values()].flat())], scope);
      const onValue = (spellings: readonly string[]): readonly Indicator[] | Error => {
        const own = spellings.flatMap((spelling) => found.get(spelling) ?? []);
        const failure = own.find((each) => each instanceof Error);
        if (failure !== undefined) return failure;
        const read = own.flatMap((each) => (each instanceof Error ? [] : each.rows));
        const distinct = [...new Map(read.map((wire) => [wire.id, wire])).values()];
        return distinct.map((wire) => indicatorFromMde(tenant, wire));
      };
      const told = [...spelled].map(([value, spellings]) => [value, onValue(spellings)] as const);
      return new Map(told.filter(([, own]) => own instanceof Error || own.length > 0));
    },
  });
