import {
  as,
  asInteger,
  asNumber,
  asObject,
  asObjects,
  asText,
  asTime,
  type EntityOf,
  type Field,
  type Fields,
  readFields,
} from '../fields.ts';
import { object, text } from '../values.ts';

/** One access to a resource by an account or a device. resources/security-resourceaccessevent.md */
export const resourceAccessEvent = {
  accessedAt: asTime('accessDateTime'),
  accountId: asText('accountId'),
  ipAddress: asText('ipAddress'),
  resourceIdentifier: asText('resourceIdentifier'),
} as const satisfies Fields;

/** A user who was logged on to a device. resources/security-loggedonuser.md */
export const loggedOnUser = {
  accountName: asText('accountName', 'userName'),
  domainName: asText('domainName'),
} as const satisfies Fields;

/** A user who was logged on to a device. */
export type LoggedOnUser = EntityOf<typeof loggedOnUser>;

/** A user's account as Microsoft names it in evidence. resources/security-useraccount.md */
export const userAccount = {
  accountName: asText('accountName'),
  domainName: asText('domainName'),
  displayName: asText('displayName'),
  userPrincipalName: asText('userPrincipalName'),
  userSid: asText('userSid'),
  aadUserId: asText('azureAdUserId', 'aadUserId'),
  activeDirectoryObjectGuid: asText('activeDirectoryObjectGuid'),
  tenantId: asText('tenantId'),
  resourceAccessEvents: asObjects(resourceAccessEvent, 'resourceAccessEvents'),
} as const satisfies Fields;

/** A file as it was found. resources/security-filedetails.md */
export const fileDetails = {
  fileName: asText('fileName'),
  filePath: asText('filePath'),
  sha1: asText('sha1'),
  sha256: asText('sha256'),
  sha256Ac: asText('sha256Ac'),
  md5: asText('md5'),
  fileSize: asNumber('fileSize'),
  filePublisher: asText('filePublisher'),
  signer: asText('signer'),
  issuer: asText('issuer'),
} as const satisfies Fields;

/** A hash of a file. resources/security-filehash.md */
export const fileHash = {
  algorithm: asText('algorithm'),
  value: asText('value'),
} as const satisfies Fields;

/** Where on earth an address is. resources/security-geolocation.md */
export const geoLocation = {
  city: asText('city'),
  state: asText('state'),
  countryName: asText('countryName'),
  latitude: asNumber('latitude'),
  longitude: asNumber('longitude'),
} as const satisfies Fields;

/** Who sent a mail, as one of its two sender addresses says. resources/security-emailsender.md */
export const emailSender = {
  displayName: asText('displayName'),
  domainName: asText('domainName'),
  emailAddress: asText('emailAddress'),
} as const satisfies Fields;

/** The virtual machine that a device is. resources/security-vmmetadata.md */
export const vmMetadata = {
  vmId: asText('vmId'),
  cloudProvider: asText('cloudProvider'),
  resourceId: asText('resourceId'),
  subscriptionId: asText('subscriptionId'),
} as const satisfies Fields;

/** A port that a Kubernetes service opens. resources/security-kubernetesserviceport.md */
export const kubernetesServicePort = {
  name: asText('name'),
  port: asInteger('port'),
  targetPort: asText('targetPort'),
  nodePort: asInteger('nodePort'),
  protocol: asText('protocol'),
  appProtocol: asText('appProtocol'),
} as const satisfies Fields;

/** An object that its kind always has: where none was sent, every field of it is absent. */
export const asWhole = <Table extends Fields>(table: Table, name: string): Field<EntityOf<Table>> => {
  const read = readFields(table);
  return as((value) => read(object(value) ?? {}), name);
};

const account = asObject(userAccount, 'userAccount');
const noAccount = readFields(userAccount)({});

/** The owner of a mailbox; `upn` stands for what the account does not say. */
export const asOwner: Field<EntityOf<typeof userAccount> | null> = {
  names: ['userAccount', 'upn'],
  of: (wire) => {
    const owner = account.of(wire);
    const upn = text(wire.upn);
    if (upn === null || (owner !== null && owner.userPrincipalName !== null)) return owner;
    return { ...(owner ?? noAccount), userPrincipalName: upn };
  },
};
