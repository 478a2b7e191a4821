import { Box, Button, Select, Text } from "@mantine/core";
import type { AuditEntry } from "@slipway/contracts/api/audit";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { type Column, DataTable } from "#components/data-table.tsx";
import { EmptyPage } from "#components/empty-page.tsx";
import { PageLink } from "#components/links.tsx";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { Time } from "#components/time.tsx";
import { useAudit } from "#data/audit.ts";
import { useModels } from "#data/models.ts";
import { auditValue, auditWords } from "#lib/audit-words.ts";
import { MISSING } from "#lib/format.ts";

const route = getRouteApi("/signed-in/g/$group/audit");

/** Who changed what in the group's MLflow through Slipway, newest first. */
export function AuditPage(): ReactNode {
  const { group } = route.useParams();
  const { model } = route.useSearch();
  const audit = useAudit(group, model);
  const rows = audit.data?.pages.flatMap((page) => page.items);
  return (
    <Page title="Audit" tabTitle={`Audit · ${group}`}>
      {audit.error ? (
        <ProblemAlert error={audit.error} group={group} onRetry={() => void audit.refetch()} />
      ) : null}
      {rows === undefined && !audit.error ? <PagePending /> : null}
      {rows?.length === 0 && model === undefined ? <NoEntries group={group} /> : null}
      {rows !== undefined && (rows.length > 0 || model !== undefined) ? (
        <>
          <ModelFilter />
          {rows.length === 0 ? (
            <Text c="dimmed" py="lg" ta="center">
              Nobody has changed {model} through Slipway.
            </Text>
          ) : (
            <DataTable label="Audit" rows={rows} rowKey={({ id }) => id} columns={columnsOf(group)} />
          )}
        </>
      ) : null}
      {audit.hasNextPage ? (
        <Button
          variant="default"
          style={{ alignSelf: "center" }}
          loading={audit.isFetchingNextPage}
          onClick={() => void audit.fetchNextPage()}
        >
          Load more
        </Button>
      ) : null}
    </Page>
  );
}

function ModelFilter() {
  const { group } = route.useParams();
  const { model } = route.useSearch();
  const navigate = route.useNavigate();
  const models = useModels(group);
  const names = new Set(models.data?.items.map(({ name }) => name));
  // A model that is gone, or an MLflow that does not answer, still has its entries.
  if (model !== undefined) names.add(model);
  return (
    <Select
      label="Model"
      placeholder="All models"
      data={[...names]}
      value={model ?? null}
      searchable
      clearable
      limit={100}
      w={{ base: "100%", xs: 320 }}
      clearButtonProps={{ "aria-label": "Show all models" }}
      nothingFoundMessage="No such model"
      onChange={(next) => void navigate({ search: { model: next ?? undefined }, replace: true })}
    />
  );
}

function columnsOf(group: string): Column<AuditEntry>[] {
  return [
    { key: "at", title: "When", cell: ({ at }) => <Time at={at} />, width: 120 },
    { key: "actor", title: "Who", cell: ({ actor }) => actor, width: 120 },
    {
      key: "action",
      title: "What",
      width: 200,
      cell: (entry) => (
        <Box miw={150} className="break-anywhere">
          {auditWords(entry)}
        </Box>
      ),
    },
    { key: "of", title: "Of", width: 220, cell: (entry) => <About group={group} entry={entry} /> },
    { key: "change", title: "Before → after", width: 320, cell: (entry) => <Change entry={entry} /> },
  ];
}

function About({ group, entry: { model: name, version, action } }: { group: string; entry: AuditEntry }) {
  const params = { group, name };
  return (
    <Box miw={180}>
      <PageLink to="/g/$group/models/$name" params={params} className="break-anywhere">
        {name}
      </PageLink>
      {version === null ? null : action === "version.deleted" ? (
        ` v${version}`
      ) : (
        <>
          {" "}
          <PageLink to="/g/$group/models/$name/versions/$version" params={{ ...params, version }}>
            v{version}
          </PageLink>
        </>
      )}
    </Box>
  );
}

function Change({ entry }: { entry: AuditEntry }) {
  if (entry.action === "version.deleted") return MISSING;
  return (
    <Box miw={240}>
      <Value text={auditValue(entry, entry.before)} className="spec-before" />
      {" → "}
      <Value text={auditValue(entry, entry.after)} className="spec-after" />
    </Box>
  );
}

const SHOWN_MAX = 120;

/** A value in a few words, all of it in the title. */
function Value({ text, className }: { text: string | null; className: string }) {
  if (text === null) return <span className={className}>{MISSING}</span>;
  const shown = text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text;
  return (
    <span className={`${className} break-anywhere`} title={text}>
      {shown === "" ? "(empty)" : shown}
    </span>
  );
}

function NoEntries({ group }: { group: string }) {
  return (
    <EmptyPage title="Nothing has been changed through Slipway yet">
      <Text>
        Who edits a description, a tag or an alias here, or deletes a version, is written down with what was
        there before. What others change in MLflow itself is not.
      </Text>
      <div>
        <PageLink to="/g/$group/models" params={{ group }} underline="always">
          Open the models
        </PageLink>
      </div>
    </EmptyPage>
  );
}
