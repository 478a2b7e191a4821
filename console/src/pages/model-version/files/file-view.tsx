import { Button, Group, Text } from "@mantine/core";
import { ARTIFACT_VIEW_BYTES_MAX } from "@slipway/contracts/api/artifact";
import { IconDownload } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { downloadPath, useFileText, useFolder, type VersionRef } from "#data/artifacts.ts";
import { artifactKind, folderOf, UNASKED_BYTES_MAX } from "#lib/artifact-content.ts";
import { formatBytes } from "#lib/format.ts";
import { ImageView } from "./image-view.tsx";
import { TextView } from "./text-view.tsx";

interface FileProps {
  version: VersionRef;
  path: string;
}

/** One file: its size, its download, and what can be shown of it. */
export function FileView({ version, path }: FileProps) {
  const folder = useFolder(version, folderOf(path));
  const listed = folder.data?.pages.flatMap((page) => page.items).find((item) => item.path === path);
  const sizeBytes = listed?.sizeBytes ?? null;
  return (
    <>
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed">
          {sizeBytes === null ? "" : formatBytes(sizeBytes)}
        </Text>
        <Button
          component="a"
          href={downloadPath(version, path)}
          download
          size="xs"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          Download
        </Button>
      </Group>
      {folder.isPending ? (
        <PagePending rows={3} />
      ) : (
        <Content version={version} path={path} sizeBytes={sizeBytes} />
      )}
    </>
  );
}

function Content({ version, path, sizeBytes }: FileProps & { sizeBytes: number | null }) {
  const [wanted, setWanted] = useState(false);
  const kind = artifactKind(path);
  if (kind === "unread") return <NotText />;
  if (!wanted && (sizeBytes ?? 0) > UNASKED_BYTES_MAX) {
    if (kind === "image") return <Note>This picture is too large to show here. Download it.</Note>;
    return (
      <Group gap="sm">
        <Note>This file is large: to show its beginning, MLflow has to fetch all of it from its store.</Note>
        <Button size="xs" variant="default" onClick={() => setWanted(true)}>
          Show its beginning
        </Button>
      </Group>
    );
  }
  return kind === "image" ? (
    <ImageView version={version} path={path} />
  ) : (
    <Beginning version={version} path={path} />
  );
}

function Beginning({ version, path }: FileProps) {
  const query = useFileText(version, path);
  if (query.error)
    return <ProblemAlert error={query.error} group={version.group} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <PagePending rows={4} />;
  const { text, truncated } = query.data;
  if (text === null) return <NotText />;
  if (text === "") return <Note>The file is empty.</Note>;
  return (
    <>
      <TextView path={path} text={text} truncated={truncated} />
      {truncated ? (
        <Note>
          These are the first {ARTIFACT_VIEW_BYTES_MAX / 1024} KB. Download the file to see all of it.
        </Note>
      ) : null}
    </>
  );
}

function NotText() {
  return <Note>This is not a text, so there is nothing to show. Download it to use it.</Note>;
}

function Note({ children }: { children: ReactNode }) {
  return (
    <Text size="sm" c="dimmed">
      {children}
    </Text>
  );
}
