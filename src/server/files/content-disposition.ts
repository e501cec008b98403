/** Names that Windows takes for devices: https://learn.microsoft.com/windows/win32/fileio/naming-a-file */
const devices = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Control and format characters, which turn a name's direction or hide a part of it; what no file system takes. */
const unsafe = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}"*/:<>?\\|]/gu;

const maxCharacters = 150;

/** The name cut to a length that every file system takes, its ending kept. */
const shortened = (name: string): string => {
  const characters = [...name];
  if (characters.length <= maxCharacters) return name;
  const ending = /\.\w{1,10}(?:\.gz)?$/.exec(name)?.[0] ?? '';
  return `${characters.slice(0, maxCharacters - ending.length).join('')}${ending}`;
};

/** A name that can be kept on any machine: no path, no device, nothing that is not shown. */
export const safeFileName = (name: string): string => {
  // Cut first: the ends are looked for from each place of a name, which may be as long as a path.
  const plain = shortened(name.toWellFormed())
    .replace(unsafe, '_')
    .replace(/^[\s.]+|[\s.]+$/g, '');
  if (plain === '') return 'file';
  return devices.test(plain) ? `_${plain}` : plain;
};

/** RFC 8187, 3.2.1: what may stand unescaped in an extended value is less than what `encodeURIComponent` leaves. */
const extended = (name: string): string =>
  encodeURIComponent(name).replace(
    /['()*!~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * `Content-Disposition` of a download (RFC 6266): a name of ASCII for all, without `%`, which some clients decode; and beside it
 * the name itself where it has other characters.
 */
export const contentDisposition = (name: string): string => {
  const safe = safeFileName(name);
  const ascii = safe.replace(/[^\x20-\x7e]|%/gu, '_');
  const plain = `attachment; filename="${ascii}"`;
  return ascii === safe ? plain : `${plain}; filename*=UTF-8''${extended(safe)}`;
};
