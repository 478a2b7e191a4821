import { Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { useFileBlob, type VersionRef } from "#data/artifacts.ts";
import { imageType } from "#lib/artifact-content.ts";

/** A picture, in the type that its name says and no other. */
export function ImageView({ version, path }: { version: VersionRef; path: string }) {
  const query = useFileBlob(version, path, imageType(path));
  const [url, setUrl] = useState<string | null>(null);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    if (query.data === undefined) return undefined;
    const made = URL.createObjectURL(query.data);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [query.data]);
  if (query.error)
    return <ProblemAlert error={query.error} group={version.group} onRetry={() => void query.refetch()} />;
  if (broken)
    return (
      <Text size="sm" c="dimmed">
        This is not a picture, though its name says so. Download it to look at it.
      </Text>
    );
  if (url === null) return <PagePending rows={4} />;
  return (
    <img
      src={url}
      alt={path.slice(path.lastIndexOf("/") + 1)}
      style={{ maxWidth: "100%", maxHeight: "70vh", objectFit: "contain", alignSelf: "flex-start" }}
      onError={() => setBroken(true)}
    />
  );
}
