/** The files of a version. They do not change, so what was read is kept. */
import { artifactListSchema, TRUNCATED_HEADER } from "@slipway/contracts/api/artifact";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { readContent } from "#lib/artifact-content.ts";
import { apiPath, ask, send } from "./api.ts";

const KEEP_MS = 10 * 60_000;
const PAGE_SIZE = 200;

export interface VersionRef {
  group: string;
  name: string;
  version: string;
}

function artifactsPath({ group, name, version }: VersionRef): string {
  return apiPath`/groups/${group}/models/${name}/versions/${version}/artifacts`;
}

/** With the group beside the word, as all that is forgotten when the group is bound to another MLflow. */
function fileKey({ group, name, version }: VersionRef, what: "folder" | "text" | "blob", path: string) {
  return ["artifacts", group, name, version, what, path];
}

function contentPath(version: VersionRef, path: string): string {
  return `${artifactsPath(version)}/content?path=${encodeURIComponent(path)}`;
}

/** The address of a whole file, which a browser saves. */
export function downloadPath(version: VersionRef, path: string): string {
  return `${contentPath(version, path)}&download=true`;
}

/** The files in a folder, page after page; the empty path is the model folder. */
export function useFolder(version: VersionRef, path: string) {
  return useInfiniteQuery({
    queryKey: fileKey(version, "folder", path),
    queryFn: ({ signal, pageParam }) => {
      const query = new URLSearchParams({ path, pageSize: String(PAGE_SIZE) });
      if (pageParam !== null) query.set("pageToken", pageParam);
      return ask(artifactListSchema, { path: `${artifactsPath(version)}?${query}`, signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextPageToken ?? null,
    staleTime: KEEP_MS,
  });
}

/** The beginning of a file, to look at. */
export function useFileText(version: VersionRef, path: string) {
  return useQuery({
    queryKey: fileKey(version, "text", path),
    queryFn: async ({ signal }) => {
      const response = await send({ path: contentPath(version, path), signal });
      const truncated = response.headers.get(TRUNCATED_HEADER) === "true";
      return readContent(new Uint8Array(await response.arrayBuffer()), truncated);
    },
    staleTime: KEEP_MS,
  });
}

/** A whole picture; its type is ours to say. */
export function useFileBlob(version: VersionRef, path: string, type: string) {
  return useQuery({
    queryKey: fileKey(version, "blob", path),
    queryFn: async ({ signal }) => {
      const response = await send({ path: downloadPath(version, path), signal });
      return new Blob([await response.arrayBuffer()], { type });
    },
    staleTime: KEEP_MS,
  });
}
