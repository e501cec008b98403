import type { Tenant } from '../config/tenants.ts';
import { isAddress } from '../domain/addresses.ts';
import { hostOfUrl, observableIds } from '../domain/observable-ids.ts';
import { type GatewayError, UpstreamError } from '../errors.ts';
import { mde } from '../microsoft/mde/index.ts';
import { readEach } from '../routing/each-id.ts';
import {
  always,
  as,
  asBoolean,
  asNumber,
  asSent,
  asText,
  asTexts,
  asTime,
  type EntityOf,
  or,
  readFields,
  type WireObject,
} from '../unification/fields.ts';
import { text } from '../unification/values.ts';
import { hasId } from '../upstream/answers.ts';
import { asked } from '../upstream/asked.ts';
import { type Kind, type OneKind, one } from '../upstream/call.ts';
import { byBeingNamed, fromMde, type NamedThing, named, type OfTenant } from './entity.ts';

/** A hash in the spelling by which files are told apart. */
const hashText = (value: unknown): string | null => text(value)?.toLowerCase() ?? null;

/** files.md; MD5 stands in the example of an alert's files alone. */
export const fileFields = {
  entityType: always('File' as const),
  hash: or(as(hashText, 'sha1', 'sha256'), ''),
  sha1: asText('sha1'),
  sha256: asText('sha256'),
  md5: asText('md5'),
  globalPrevalence: asNumber('globalPrevalence', 'globallyPrevalence'),
  globalFirstObserved: asTime('globalFirstObserved'),
  globalLastObserved: asTime('globalLastObserved'),
  size: asNumber('size'),
  fileType: asText('fileType'),
  isPeFile: asBoolean('isPeFile'),
  filePublisher: asText('filePublisher'),
  fileProductName: asText('fileProductName'),
  signer: asText('signer'),
  issuer: asText('issuer'),
  signerHash: asText('signerHash'),
  isValidCertificate: asBoolean('isValidCertificate'),
  determinationType: asText('determinationType'),
  determinationValue: asText('determinationValue'),
  raw: asSent(),
} as const;

/** A file as Microsoft knows it, whoever has it. */
export interface File extends OfTenant, EntityOf<typeof fileFields> {}

/** Reads one. */
export const fileFromMde = fromMde(fileFields);

/** What Defender for Endpoint answers for a file. */
export const fileKind: OneKind<WireObject> = {
  one: 'a file',
  many: 'files',
  is: (value): value is WireObject => hasId(value, 'sha1') || hasId(value, 'sha256'),
  isAsked: asked.byHash,
};

/** What it answers for the files of an alert, of which some have but an MD5. */
export const alertFileKind: Kind<WireObject> = {
  ...fileKind,
  is: (value): value is WireObject => fileKind.is(value) || hasId(value, 'md5'),
};

/** A file of an alert; one that has no hash that Microsoft takes is told as an error in its place. */
export const fileOfAlert = (tenant: Tenant, wire: WireObject): File | GatewayError =>
  hasId(wire, 'sha1') || hasId(wire, 'sha256') ? fileFromMde(tenant, wire) : nameless(tenant, wire);

const nameless = ({ name }: Tenant, { md5 }: WireObject): GatewayError =>
  new UpstreamError(
    'UPSTREAM_REJECTED',
    `Microsoft names a file by its MD5 alone (${String(md5).slice(0, 32)}), and takes none to ask about it`,
    { tenant: name, api: 'mde' },
  );

/** get-domain-statistics.md, get-ip-statistics.md: how often it was seen in the tenant. */
export const prevalenceFields = {
  organizationPrevalence: asNumber('organizationPrevalence'),
  orgFirstSeen: asTime('orgFirstSeen'),
  orgLastSeen: asTime('orgLastSeen'),
} as const;

/** get-file-statistics.md, which spells the prevalence in the world otherwise than files.md. */
export const filePrevalenceFields = {
  ...prevalenceFields,
  globalPrevalence: asNumber('globallyPrevalence', 'globalPrevalence'),
  globalFirstObserved: asTime('globalFirstObserved'),
  globalLastObserved: asTime('globalLastObserved'),
  topFileNames: asTexts('topFileNames'),
} as const;

/** Reads each. */
export const readPrevalence = readFields(prevalenceFields);
export const readFilePrevalence = readFields(filePrevalenceFields);

/** A domain, by its name. */
export interface Domain extends NamedThing<'Domain'> {
  readonly name: string;
}

/** An address, by itself. */
export interface IpAddress extends NamedThing<'IpAddress'> {
  readonly address: string;
}

/** A URL, by itself. Its host is a domain or an address. */
export interface Url extends NamedThing<'Url'> {
  readonly url: string;
  readonly host: string | null;
}

/** A user, by the bare name of the account. */
export interface User extends NamedThing<'User'> {
  readonly name: string;
}

/** Makes a domain of its name. */
export const domainNamed = (tenant: string, name: string): Domain => ({ entityType: 'Domain', tenant, name });

/** Makes an address of itself. */
export const addressNamed = (tenant: string, address: string): IpAddress => ({
  entityType: 'IpAddress',
  tenant,
  address,
});

/** The host of a URL, where it is a name. */
export const domainOf = ({ host }: Url): string | null => (host === null || isAddress(host) ? null : host);

/** The host of a URL, where it is an address. */
export const addressOf = ({ host }: Url): string | null => (host !== null && isAddress(host) ? host : null);

/** What Microsoft says of a file is the same in every tenant: who reads alerts, which name files, may know it. */
export const files = named({
  type: 'File',
  id: observableIds.file,
  idOf: ({ hash }: File) => hash,
  permission: 'alert:read',
  reads: ({ routing, send }) => ({
    byIds: (tenant, hashes, scope) =>
      routing.run(tenant, 'files.read', scope, {
        mde: () =>
          readEach(hashes, async (hash) => {
            const wire = await send(tenant, one(mde.getFile, { hash }, fileKind), scope);
            return wire === null ? null : fileFromMde(tenant, wire);
          }),
      }),
  }),
});

export const domains = named({
  type: 'Domain',
  id: observableIds.domain,
  idOf: ({ name }: Domain) => name,
  permission: null,
  reads: byBeingNamed(domainNamed),
});

export const ipAddresses = named({
  type: 'IpAddress',
  id: observableIds.ipAddress,
  idOf: ({ address }: IpAddress) => address,
  permission: null,
  reads: byBeingNamed(addressNamed),
});

export const urls = named({
  type: 'Url',
  id: observableIds.url,
  idOf: ({ url }: Url) => url,
  permission: null,
  reads: byBeingNamed((tenant, url): Url => ({ entityType: 'Url', tenant, url, host: hostOfUrl(url) })),
});

/** Microsoft takes the bare name of the account alone. get-user-related-alerts.md */
export const users = named({
  type: 'User',
  id: observableIds.user,
  idOf: ({ name }: User) => name,
  permission: null,
  reads: byBeingNamed((tenant, name): User => ({ entityType: 'User', tenant, name })),
});
