import { Breadcrumbs, Stack, Text } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { Section } from "#components/value-table.tsx";
import type { VersionRef } from "#data/artifacts.ts";
import { folderOf, pathSteps } from "#lib/artifact-content.ts";
import { FileLink } from "./file-link.tsx";
import { FileView } from "./file-view.tsx";
import { FolderView } from "./folder-view.tsx";

const route = getRouteApi("/signed-in/g/$group/models/$name/versions/$version");

/** The files of a version: a folder, or a file of it. Which one stands in the URL; folders end with a slash there. */
export function FilesSection() {
  const version: VersionRef = route.useParams();
  const { file = "" } = route.useSearch();
  const isFolder = file === "" || file.endsWith("/");
  const top = useRef<HTMLDivElement>(null);
  const linked = useRef(file !== "");
  useEffect(() => {
    // Who follows a link to a file wants to see it; who browses is there already.
    if (linked.current) top.current?.scrollIntoView({ block: "start" });
  }, []);
  return (
    <div ref={top} style={{ minWidth: 0, scrollMarginTop: "5rem" }}>
      <Section title="Files">
        <Stack gap="sm">
          {file === "" ? null : <Trail file={file} />}
          {isFolder ? (
            <FolderView version={version} folder={folderOf(file)} />
          ) : (
            <FileView key={file} version={version} path={file} />
          )}
        </Stack>
      </Section>
    </div>
  );
}

function Trail({ file }: { file: string }) {
  const steps = pathSteps(file);
  return (
    <nav aria-label="Folders">
      <Breadcrumbs separator="/" separatorMargin={6} style={{ flexWrap: "wrap" }} fz="sm">
        <FileLink file="">model folder</FileLink>
        {steps.slice(0, -1).map((step) => (
          <FileLink key={step.file} file={step.file}>
            {step.name}
          </FileLink>
        ))}
        <Text span inherit c="dimmed" aria-current="page" className="break-anywhere">
          {steps.at(-1)?.name}
        </Text>
      </Breadcrumbs>
    </nav>
  );
}
