import type { Route } from './types.ts';

/** What a path and method lead to: a route, the methods that would do, or nothing. */
export type RouteMatch<R> =
  | { readonly kind: 'found'; readonly route: R; readonly params: Readonly<Record<string, string>> }
  | { readonly kind: 'method-not-allowed'; readonly allow: readonly string[] }
  | { readonly kind: 'unknown' };

export interface RouteTable<R> {
  /** `path` is percent-encoded, without the query. */
  match(method: string, path: string): RouteMatch<R>;
}

type Addressed = Pick<Route, 'method' | 'path'>;

const placeholder = /\{(\w+)\}/g;
const escapePattern = (literal: string): string => literal.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

interface Pattern<R> {
  readonly route: R;
  readonly regExp: RegExp;
  readonly literalLength: number;
}

/** A placeholder stands for a part of one segment, as in `GetLiveResponseResultDownloadLink(index={commandIndex})`. */
const compile = <R extends Addressed>(route: R): Pattern<R> => {
  const pieces = route.path.split(placeholder);
  const source = pieces.map((piece, i) => (i % 2 === 1 ? `(?<${piece}>[^/]+?)` : escapePattern(piece))).join('');
  return {
    route,
    regExp: new RegExp(`^${source}/?$`, 'i'),
    literalLength: pieces.filter((_, i) => i % 2 === 0).join('').length,
  };
};

/** Everything decoded but the slash, which must not make a segment more; broken escapes stay as they are. */
const decodeButSlash = (path: string): string => {
  try {
    return decodeURIComponent(path.replaceAll(/%2f/gi, '%252F'));
  } catch {
    return path;
  }
};

/** Matches without regard to case; of two routes that fit, the one with more literal text wins. */
export const createRouteTable = <R extends Addressed>(routes: readonly R[]): RouteTable<R> => {
  const patterns = routes.map(compile).sort((a, b) => b.literalLength - a.literalLength);
  return {
    match(method, path) {
      const decoded = decodeButSlash(path);
      const fitting = patterns.filter(({ regExp }) => regExp.test(decoded));
      const chosen = fitting.find(({ route }) => route.method === method);
      if (!chosen) {
        return fitting.length > 0
          ? { kind: 'method-not-allowed', allow: [...new Set(fitting.map(({ route }) => route.method))] }
          : { kind: 'unknown' };
      }
      const groups = chosen.regExp.exec(decoded)?.groups ?? {};
      const params = Object.fromEntries(
        Object.entries(groups).map(([key, text]) => [key, text.replaceAll('%2F', '/')]),
      );
      return { kind: 'found', route: chosen.route, params };
    },
  };
};
