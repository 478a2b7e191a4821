import { Stack } from "@mantine/core";
import { getRouteApi } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Page } from "#components/page.tsx";
import { PagePending } from "#components/page-states.tsx";
import { ProblemAlert } from "#components/problem.tsx";
import { useGroup } from "#data/identity.ts";
import { useMlflowBinding } from "#data/mlflow.ts";
import { BindingSection } from "./binding-section.tsx";
import { MembersSection } from "./members-section.tsx";
import { QuotaSection } from "./quota-section.tsx";

const route = getRouteApi("/signed-in/g/$group/settings");

/** A group's MLflow binding, its members, and what it uses of its quotas. */
export function SettingsPage(): ReactNode {
  const { group: name } = route.useParams();
  const group = useGroup(name);
  const binding = useMlflowBinding(name);
  const error = group.error ?? binding.error;
  const mayAdminister = group.data?.viewerCan.administer ?? false;
  return (
    <Page title="Settings" tabTitle={`Settings · ${name}`}>
      {error ? (
        <ProblemAlert
          error={error}
          group={name}
          onRetry={() => void Promise.all([group.refetch(), binding.refetch()])}
        />
      ) : null}
      {group.data && binding.data !== undefined ? (
        <Stack maw={860}>
          <BindingSection
            key={binding.data?.updatedAt ?? "none"}
            group={name}
            binding={binding.data}
            readOnly={!mayAdminister}
          />
          <MembersSection group={group.data} />
          <QuotaSection group={group.data} />
        </Stack>
      ) : error ? null : (
        <PagePending />
      )}
    </Page>
  );
}
