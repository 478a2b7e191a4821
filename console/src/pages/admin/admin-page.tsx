import { Alert, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { Page } from "#components/page.tsx";
import { useMe } from "#data/identity.ts";
import { GroupsSection } from "./groups-section.tsx";
import { UsersSection } from "./users-section.tsx";

/** Users and groups, for administrators. */
export function AdminPage(): ReactNode {
  const { administrator } = useMe();
  return (
    <Page title="Administration">
      {administrator ? (
        <Stack maw={960}>
          <UsersSection />
          <GroupsSection />
        </Stack>
      ) : (
        <Alert color="gray" title="You may not see this">
          Only administrators manage users and groups.
        </Alert>
      )}
    </Page>
  );
}
