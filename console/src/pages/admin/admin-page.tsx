import { Alert, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { Page } from "#components/page.tsx";
import { useMe } from "#data/identity.ts";
import { GroupsSection } from "./groups-section.tsx";
import { InstanceTypesSection } from "./instance-types-section.tsx";
import { UsersSection } from "./users-section.tsx";

/** Users, groups with their quotas, and instance types, for administrators. */
export function AdminPage(): ReactNode {
  const { administrator } = useMe();
  return (
    <Page title="Administration">
      {administrator ? (
        <Stack maw={960}>
          <UsersSection />
          <GroupsSection />
          <InstanceTypesSection />
        </Stack>
      ) : (
        <Alert color="gray" title="You may not see this">
          Only administrators manage users, groups and instance types.
        </Alert>
      )}
    </Page>
  );
}
