/** Page tokens: the place where a page begins. */
import { AppError } from "@slipway/contracts/errors";

/** Reads a token; without one a list begins at its first item. @throws AppError `invalid_request`. */
export function offsetOf(pageToken: string | undefined): number {
  if (pageToken === undefined) return 0;
  const place = /^at:(\d{1,9})$/.exec(Buffer.from(pageToken, "base64url").toString("utf8"))?.[1];
  if (place !== undefined) return Number(place);
  const message =
    "The page token is not one that Slipway gave out. Leave it out to begin with the first page.";
  throw new AppError("invalid_request", message, { details: { errors: [{ field: "pageToken", message }] } });
}

/** The token of the page that begins at `offset`; none where the list of `total` items ends before. */
export function tokenOf(offset: number, total: number): { nextPageToken?: string } {
  return offset < total ? { nextPageToken: Buffer.from(`at:${offset}`).toString("base64url") } : {};
}
