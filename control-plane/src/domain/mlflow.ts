/** Which MLflow is which, however its address is spelled. Pure. */

export interface MlflowPlace {
  trackingUri: string;
  workspace: string | null;
}

/**
 * Whether two of a group's settings mean the same registry: a trailing slash, a default port and the name of this machine's
 * own loopback make no difference.
 */
export function isSameMlflow(a: MlflowPlace, b: MlflowPlace): boolean {
  return normalised(a.trackingUri) === normalised(b.trackingUri) && a.workspace === b.workspace;
}

function normalised(trackingUri: string): string {
  const url = URL.parse(trackingUri);
  if (url === null) return trackingUri;
  const host = url.hostname.replace(/\.$/, "");
  const name = /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(host) ? "127.0.0.1" : host;
  return `${url.protocol}//${name}:${url.port}${url.pathname.replace(/\/+$/, "")}`;
}
