import { BlockList, isIP, isIPv4 } from 'node:net';
import { toText } from '../evaluate/convert.ts';
import type { Value } from '../value.ts';
import { at, type ScalarFunction } from './function.ts';

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** Whether the address lies in the range; null when either is none. A range without a mask is one address. */
function inRange(address: string, range: string): boolean | null {
  const [network = '', bits = isIPv4(address) ? '32' : '128'] = range.split('/');
  const family = isIP(address);
  if (family === 0 || isIP(network) !== family || !/^\d{1,3}$/.test(bits)) return null;
  if (Number(bits) > (family === 4 ? 32 : 128)) return null;
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(network, Number(bits), kind);
  return list.check(address, kind);
}

function text(values: readonly Value[], place: number): string {
  return toText(at(values, place), 'string');
}

/** The addresses that stand in a text with borders on both sides. */
function addressesIn(source: string): readonly string[] {
  return (source.match(/(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w.])/g) ?? []).filter((part) => isIPv4(part));
}

/** Functions of network addresses. https://learn.microsoft.com/kusto/query/scalar-functions#ipv4ipv6-functions */
export const addressFunctions = {
  ipv4_is_private: {
    arity: [1, 1],
    result: 'bool',
    call: (values) =>
      isIPv4(text(values, 0)) ? privateRanges.some((range) => inRange(text(values, 0), range) === true) : null,
  },
  ipv4_is_in_range: { arity: [2, 2], result: 'bool', call: (values) => inRange(text(values, 0), text(values, 1)) },
  ipv4_is_in_any_range: {
    arity: [2, 64],
    result: 'bool',
    call: (values) => values.slice(1).some((range) => inRange(text(values, 0), toText(range, 'string')) === true),
  },
  ipv6_is_in_range: { arity: [2, 2], result: 'bool', call: (values) => inRange(text(values, 0), text(values, 1)) },
  has_ipv4: { arity: [2, 2], result: 'bool', call: (values) => addressesIn(text(values, 0)).includes(text(values, 1)) },
  has_ipv4_prefix: {
    arity: [2, 2],
    result: 'bool',
    call: (values) => addressesIn(text(values, 0)).some((address) => address.startsWith(text(values, 1))),
  },
} satisfies Record<string, ScalarFunction>;
