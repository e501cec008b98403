import type { BrowserExtensionPermissionFilter } from '../generated/inputs.ts';
import { mde } from '../microsoft/mde/index.ts';
import { containsText, type FilterRows } from '../routing/filters/rows.ts';
import { asId, asSent, asText, type EntityOf } from '../unification/fields.ts';
import { byPermissionAlone, entity, fromMde, type OfTenant } from './entity.ts';
import { checkedBy, identified } from './mde-entity.ts';
import { wholeReads } from './whole-reads.ts';

/** get-browser-extensions-permission-info.md */
export const browserExtensionPermissionFields = {
  permissionKey: asId('key'),
  permissionName: asText('permissionName'),
  description: asText('description'),
  raw: asSent(),
} as const;

/** What an extension of a browser may be allowed to do. */
export interface BrowserExtensionPermission extends OfTenant, EntityOf<typeof browserExtensionPermissionFields> {}

/** Reads one. */
export const browserExtensionPermissionFromMde = fromMde(browserExtensionPermissionFields);

const id = {
  field: 'permissionKey',
  form: /^(?!\.+$)[\w.:<>* -]{1,200}$/,
  says: 'e.g. browsingData',
} as const;
const idOf = ({ permissionKey }: BrowserExtensionPermission): string => permissionKey;

/** What the page lets a filter name is what vulnerabilities have: nothing is pushed. */
const rows = {
  textContains: containsText(({ permissionName, description }: BrowserExtensionPermission) =>
    [permissionName, description].join('\n'),
  ),
} satisfies FilterRows<BrowserExtensionPermissionFilter, BrowserExtensionPermission>;

/** The row of the table of entities. */
export const browserExtensionPermissions = entity({
  type: 'BrowserExtensionPermission',
  id,
  idOf,
  permission: 'vulnerability:read',
  visible: byPermissionAlone,
  reads: wholeReads<BrowserExtensionPermissionFilter, BrowserExtensionPermission>({
    capability: 'software.read',
    kind: identified('a permission of an extension', 'permissions of extensions', 'key'),
    list: mde.listBrowserExtensionPermissions,
    property: 'key',
    read: browserExtensionPermissionFromMde,
    rows,
    idOf,
  }),
  timeOf: null,
  orders: {},
  check: checkedBy<BrowserExtensionPermissionFilter, BrowserExtensionPermission>(rows),
});
