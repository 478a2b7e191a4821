/** Pages of a list that is at hand as a whole. */
import { AppError } from "@slipway/contracts/errors";

/** Cuts a page; the token of the next one is the place where it begins. @throws AppError `invalid_request`. */
export function pageOf<Item>(
  items: Item[],
  { pageSize, pageToken }: { pageSize: number; pageToken?: string | undefined },
): { items: Item[]; nextPageToken?: string } {
  const start = pageToken === undefined ? 0 : decode(pageToken);
  const end = start + pageSize;
  return {
    items: items.slice(start, end),
    ...(end < items.length && { nextPageToken: Buffer.from(`at:${end}`).toString("base64url") }),
  };
}

function decode(pageToken: string): number {
  const place = /^at:(\d{1,9})$/.exec(Buffer.from(pageToken, "base64url").toString("utf8"))?.[1];
  if (place !== undefined) return Number(place);
  const message =
    "The page token is not one that Slipway gave out. Leave it out to begin with the first page.";
  throw new AppError("invalid_request", message, { details: { errors: [{ field: "pageToken", message }] } });
}
