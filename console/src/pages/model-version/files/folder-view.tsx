import { Alert, Button, Group, Table, Text } from "@mantine/core";
import type { Artifact } from "@slipway/contracts/api/artifact";
import { IconFile, IconFolder, IconInfoCircle } from "@tabler/icons-react";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { ScrollBox } from "#components/scroll-box.tsx";
import { useFolder, type VersionRef } from "#data/artifacts.ts";
import { formatBytes } from "#lib/format.ts";
import { FileLink } from "./file-link.tsx";

/** What a folder holds; where MLflow cannot list it, why. */
export function FolderView({ version, folder }: { version: VersionRef; folder: string }) {
  const query = useFolder(version, folder);
  if (query.error)
    return <ProblemAlert error={query.error} group={version.group} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <PagePending rows={4} />;
  const items = query.data.pages.flatMap((page) => page.items);
  const [first] = query.data.pages;
  const unlisted = first?.unlisted ?? null;
  return (
    <>
      {unlisted === null ? null : (
        <Alert
          color="yellow"
          icon={<IconInfoCircle aria-hidden />}
          title={
            unlisted.reason === "outside_mlflow"
              ? "MLflow cannot list these files"
              : "MLflow could not list these files"
          }
        >
          <Text size="sm" className="break-anywhere">
            {unlisted.detail}
          </Text>
        </Alert>
      )}
      {items.length > 0 ? (
        <FileTable items={items} folder={folder} />
      ) : unlisted === null ? (
        <Text size="sm" c="dimmed">
          The model folder is empty. Log the model again, or choose another version.
        </Text>
      ) : null}
      {query.hasNextPage ? (
        <Group gap="sm">
          <Button
            size="xs"
            variant="default"
            loading={query.isFetchingNextPage}
            onClick={() => void query.fetchNextPage()}
          >
            Show more
          </Button>
          <Text size="sm" c="dimmed">
            {items.length} of {first?.total.toLocaleString("en")}
          </Text>
        </Group>
      ) : null}
    </>
  );
}

function FileTable({ items, folder }: { items: Artifact[]; folder: string }) {
  return (
    <ScrollBox
      label={folder === "" ? "Files of the model folder" : `Files in ${folder}`}
      style={{ maxHeight: 480 }}
    >
      <Table verticalSpacing={5} className="data-table">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Name</Table.Th>
            <Table.Th scope="col" className="numeric">
              Size
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {items.map(({ path, isFolder, sizeBytes }) => (
            <Table.Tr key={path}>
              <Table.Td>
                <Group gap={6} wrap="nowrap" align="center">
                  {isFolder ? (
                    <IconFolder size={16} role="img" aria-label="Folder" style={{ flexShrink: 0 }} />
                  ) : (
                    <IconFile size={16} aria-hidden style={{ flexShrink: 0 }} />
                  )}
                  <FileLink file={isFolder ? `${path}/` : path}>
                    {path.slice(path.lastIndexOf("/") + 1)}
                  </FileLink>
                </Group>
              </Table.Td>
              <Table.Td className="numeric">{sizeBytes === null ? "" : formatBytes(sizeBytes)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollBox>
  );
}
