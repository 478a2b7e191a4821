/** Lists that grow at their newest end, in pages: a token is the place of the last row that was shown. */
import { AppError } from "@slipway/contracts/errors";

const PAGE_SIZE_DEFAULT = 100;

/** Which page; without a token the newest. */
export interface PageQuery {
  pageSize?: number | undefined;
  pageToken?: string | undefined;
}

export interface Page<Item> {
  items: Item[];
  nextPageToken?: string;
}

/** Reads one row more than the page holds, to know whether there is another. @throws AppError `invalid_request`. */
export async function readPage<Row>(
  { pageSize = PAGE_SIZE_DEFAULT, pageToken }: PageQuery,
  {
    read,
    placeOf,
  }: {
    read: (range: { limit: number; before: number | undefined }) => Promise<Row[]>;
    placeOf: (row: Row) => number;
  },
): Promise<{ rows: Row[]; nextPageToken?: { nextPageToken: string } }> {
  const found = await read({ limit: pageSize + 1, before: decode(pageToken) });
  const rows = found.slice(0, pageSize);
  const last = rows.at(-1);
  if (found.length <= pageSize || last === undefined) return { rows };
  const token = Buffer.from(`before:${placeOf(last)}`).toString("base64url");
  return { rows, nextPageToken: { nextPageToken: token } };
}

function decode(pageToken: string | undefined): number | undefined {
  if (pageToken === undefined) return undefined;
  const place = /^before:(\d{1,15})$/.exec(Buffer.from(pageToken, "base64url").toString("utf8"))?.[1];
  if (place !== undefined) return Number(place);
  const message =
    "The page token is not one that Slipway gave out. Leave it out to begin with the newest page.";
  throw new AppError("invalid_request", message, { details: { errors: [{ field: "pageToken", message }] } });
}
