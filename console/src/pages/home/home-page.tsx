import { Text } from "@mantine/core";
import { Navigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { PageLink } from "#components/links.tsx";
import { Page } from "#components/page.tsx";
import { useMe } from "#data/identity.ts";

/** Goes to the models of the first group. */
export function HomePage(): ReactNode {
  const { groups, administrator } = useMe();
  const first = groups[0];
  if (first !== undefined) return <Navigate to="/g/$group/models" params={{ group: first.name }} replace />;
  return (
    <Page title="Welcome">
      <Text>
        You are in no group yet.{" "}
        {administrator ? (
          <>
            Make one in{" "}
            <PageLink to="/admin" underline="always">
              Administration
            </PageLink>
            .
          </>
        ) : (
          "Ask an administrator to add you to one."
        )}
      </Text>
    </Page>
  );
}
