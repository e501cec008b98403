import { checkedId } from '../domain/id-forms.ts';
import type { BaselineConfigurationFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import { amongIds, amongTexts, containsText, type FilterRows } from '../routing/filters/rows.ts';
import { asBoolean, asId, asSent, asText, asTexts, type EntityOf } from '../unification/fields.ts';
import { page } from '../upstream/call.ts';
import { compareText } from '../upstream/http/odata.ts';
import type { Operation } from '../upstream/http/operation.ts';
import { byPermissionAlone, entity, fromMde, type OfTenant } from './entity.ts';
import { checkedBy, type IdentifiedWire, identified, mdeReads, oneOfPage } from './mde-entity.ts';

/** get-security-baselines-assessment-configurations.md; `id` is the number of a check in its benchmark. */
export const baselineConfigurationFields = {
  uniqueId: asId('uniqueId'),
  configurationId: asText('id'),
  benchmarkName: asText('benchmarkName'),
  benchmarkVersion: asText('benchmarkVersion'),
  name: asText('name'),
  description: asText('description'),
  category: asText('category'),
  complianceLevels: asTexts('complianceLevels'),
  cce: asText('cce'),
  rationale: asText('rationale'),
  remediation: asText('remediation'),
  recommendedValue: asTexts('recommendedValue'),
  /** What is looked at; `source` is the API that answered. */
  sources: asTexts('source'),
  isCustom: asBoolean('isCustom'),
  raw: asSent(),
} as const;

/** A check of a security baseline. */
export interface BaselineConfiguration extends OfTenant, EntityOf<typeof baselineConfigurationFields> {}

/** Reads one. */
export const baselineConfigurationFromMde = fromMde(baselineConfigurationFields);

const id = {
  field: 'uniqueId',
  form: /^(?=[^_]+_)[\w .()-]{3,200}$/,
  says: 'e.g. CIS_1.4.0-windows_server_2016_9.3.9',
} as const;
const numberForm = { field: 'configurationId', form: /^(?!\.+$)[\w.-]{1,60}$/, says: 'e.g. 9.3.9' } as const;
const idOf = ({ uniqueId }: BaselineConfiguration): string => uniqueId;

/** Filters know the number of a check alone, which is the end of its unique id and which several benchmarks have. */
const oneOf = (uniqueId: string, kind: ReturnType<typeof identified>): Operation<IdentifiedWire | null> => {
  const number = uniqueId.slice(uniqueId.lastIndexOf('_') + 1);
  const filter = compareText('id', 'eq', number).text;
  const asked = page(mde.listBaselineConfigurations, {}, kind, { filter });
  return oneOfPage(kind, asked, uniqueId, { mayBeside: ({ id: sent }) => sent === number });
};

/** What text may be in any case is not pushed. */
const rows = {
  configurationId: amongIds(
    ({ configurationId }: BaselineConfiguration) => configurationId,
    {},
    (number, field) => checkedId(numberForm, number, field),
  ),
  name: amongTexts(({ name }: BaselineConfiguration) => [name]),
  category: amongTexts(({ category }: BaselineConfiguration) => [category]),
  cce: amongTexts(({ cce }: BaselineConfiguration) => [cce]),
  textContains: containsText(({ name, description }: BaselineConfiguration) => [name, description].join('\n')),
} satisfies FilterRows<BaselineConfigurationFilter, BaselineConfiguration>;

/** The row of the table of entities. */
export const baselineConfigurations = entity({
  type: 'BaselineConfiguration',
  id,
  idOf,
  permission: 'vulnerability:read',
  visible: byPermissionAlone,
  reads: mdeReads<BaselineConfigurationFilter, BaselineConfiguration>({
    capability: 'baselineProfiles.read',
    kind: identified('a baseline configuration', 'baseline configurations', 'uniqueId'),
    list: mde.listBaselineConfigurations,
    one: oneOf,
    read: baselineConfigurationFromMde,
    rows,
    idOf,
    many: 'each',
  }),
  timeOf: null,
  orders: {},
  check: checkedBy<BaselineConfigurationFilter, BaselineConfiguration>(rows),
});
