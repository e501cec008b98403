import type { BaselineProfileFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import { amongTexts, type FilterRows } from '../routing/filters/rows.ts';
import { atLeast, isTrue } from '../routing/filters/value-rows.ts';
import { asBoolean, asId, asNumber, asSent, asText, asTime, type EntityOf } from '../unification/fields.ts';
import { byPermissionAlone, entity, fromMde, type OfTenant } from './entity.ts';
import { checkedBy, identified, mdeReads, namedBy } from './mde-entity.ts';

/** get-security-baselines-assessment-profiles.md; its table and its example name the times otherwise. */
export const baselineProfileFields = {
  profileId: asId('id'),
  name: asText('name'),
  description: asText('description'),
  benchmark: asText('benchmark'),
  version: asText('version'),
  operatingSystem: asText('operatingSystem'),
  operatingSystemVersion: asText('operatingSystemVersion'),
  status: asBoolean('status'),
  complianceLevel: asText('complianceLevel'),
  settingsNumber: asNumber('settingsNumber'),
  createdBy: asText('createdBy'),
  lastUpdatedBy: asText('lastUpdatedBy'),
  createdOn: asTime('createdOnTimestampUTC', 'createdOnTimeOffset'),
  lastUpdatedOn: asTime('lastUpdateTimestampUTC', 'lastUpdateTimeOffset'),
  passedDevices: asNumber('passedDevices'),
  totalDevices: asNumber('totalDevices'),
  raw: asSent(),
} as const;

/** A security baseline that an organisation measures its machines by. */
export interface BaselineProfile extends OfTenant, EntityOf<typeof baselineProfileFields> {}

/** Reads one. */
export const baselineProfileFromMde = fromMde(baselineProfileFields);

const id = { field: 'profileId', form: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, says: 'a GUID' } as const;
const idOf = ({ profileId }: BaselineProfile): string => profileId;

/** What text may be in any case, and a flag, are not pushed. */
const rows = {
  profileId: namedBy(idOf, id),
  name: amongTexts(({ name }: BaselineProfile) => [name]),
  operatingSystem: amongTexts(({ operatingSystem }: BaselineProfile) => [operatingSystem]),
  operatingSystemVersion: amongTexts(({ operatingSystemVersion }: BaselineProfile) => [operatingSystemVersion]),
  status: isTrue(({ status }: BaselineProfile) => status),
  settingsNumberAtLeast: atLeast(({ settingsNumber }: BaselineProfile) => settingsNumber, { mde: 'settingsNumber' }),
  passedDevicesAtLeast: atLeast(({ passedDevices }: BaselineProfile) => passedDevices, { mde: 'passedDevices' }),
  totalDevicesAtLeast: atLeast(({ totalDevices }: BaselineProfile) => totalDevices, { mde: 'totalDevices' }),
} satisfies FilterRows<BaselineProfileFilter, BaselineProfile>;

/** The row of the table of entities. */
export const baselineProfiles = entity({
  type: 'BaselineProfile',
  id,
  idOf,
  permission: 'vulnerability:read',
  visible: byPermissionAlone,
  reads: mdeReads<BaselineProfileFilter, BaselineProfile>({
    capability: 'baselineProfiles.read',
    kind: identified('a baseline profile', 'baseline profiles'),
    list: mde.listBaselineProfiles,
    read: baselineProfileFromMde,
    rows,
    idOf,
    byIds: 'profileId',
    usual: (profileId) => profileId.toLowerCase(),
    many: 'filter',
  }),
  timeOf: null,
  orders: {},
  check: checkedBy<BaselineProfileFilter, BaselineProfile>(rows),
});
