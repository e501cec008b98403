import { asInteger, asObject, asText } from '../fields.ts';
import { type Kind, many, one } from './kind.ts';
import { geoLocation } from './parts.ts';

/** Addresses, URLs and connections. */
export const network = {
  IpEvidence: {
    fields: {
      ipAddress: asText('ipAddress'),
      countryLetterCode: asText('countryLetterCode'),
      location: asObject(geoLocation, 'location'),
      streamName: asText(['stream', 'name']),
    },
  },
  UrlEvidence: {
    fields: {
      url: asText('url'),
    },
  },
  DnsEvidence: {
    fields: {
      domainName: asText('domainName'),
    },
    inside: {
      dnsServerIp: one('dnsServerIp', 'IpEvidence'),
      hostIpAddress: one('hostIpAddress', 'IpEvidence'),
      ipAddresses: many('ipAddresses', 'IpEvidence'),
    },
  },
  NetworkConnectionEvidence: {
    fields: {
      sourcePort: asInteger('sourcePort'),
      destinationPort: asInteger('destinationPort'),
      protocol: asText('protocol'),
    },
    inside: {
      sourceAddress: one('sourceAddress', 'IpEvidence'),
      destinationAddress: one('destinationAddress', 'IpEvidence'),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
