import { Breadcrumbs, Group, Stack, Text, Title } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import type { ReactNode } from "react";

interface PageProps {
  title: string;
  /** What stands in the browser's tab where it differs from the title. */
  tabTitle?: string;
  /** Links to the pages above. */
  trail?: ReactNode[];
  /** Beside the title: badges, status. */
  beside?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** A page's frame: where it stands, its title, what can be done, its content. */
export function Page({ title, tabTitle, trail = [], beside, actions, children }: PageProps) {
  useDocumentTitle(`${tabTitle ?? title} · Slipway`);
  return (
    <Stack gap="md" style={{ minWidth: 0 }}>
      {trail.length > 0 ? (
        <nav aria-label="Breadcrumb">
          <Breadcrumbs separator="›" separatorMargin={6} style={{ flexWrap: "wrap" }} fz="sm">
            {trail}
            <Text span inherit c="dimmed" aria-current="page" className="break-anywhere">
              {title}
            </Text>
          </Breadcrumbs>
        </nav>
      ) : null}
      <Group justify="space-between" align="center" gap="sm">
        <Group gap="sm" style={{ minWidth: 0 }}>
          <Title order={1} className="break-anywhere">
            {title}
          </Title>
          {beside}
        </Group>
        {actions ? <Group gap="xs">{actions}</Group> : null}
      </Group>
      {children}
    </Stack>
  );
}
