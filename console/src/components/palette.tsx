import "@mantine/spotlight/styles.css";
import { createSpotlight, Spotlight, type SpotlightActionGroupData, useSpotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useDeployments } from "#data/deployments.ts";
import { useMe } from "#data/identity.ts";
import { useModels } from "#data/models.ts";

const [store, actions] = createSpotlight();

/** Opens and closes the palette. */
export const spotlight = actions;

/** ⌘K: goes to any model, deployment or page. Reads the lists only while it is open. */
export function Palette({ group }: { group: string | undefined }) {
  const navigate = useNavigate();
  const { administrator } = useMe();
  const { opened } = useSpotlight(store);
  const enabled = opened && group !== undefined;
  const models = useModels(group ?? "", { enabled }).data?.items ?? [];
  const deployments = useDeployments(group ?? "", { enabled }).data?.items ?? [];
  const pages: SpotlightActionGroupData = {
    group: "Pages",
    actions: [
      ...(group === undefined
        ? []
        : [
            {
              id: "page:models",
              label: "Models",
              onClick: () => void navigate({ to: "/g/$group/models", params: { group } }),
            },
            {
              id: "page:deployments",
              label: "Deployments",
              onClick: () => void navigate({ to: "/g/$group/deployments", params: { group } }),
            },
            {
              id: "page:new",
              label: "New deployment",
              onClick: () => void navigate({ to: "/g/$group/deployments/new", params: { group } }),
            },
            {
              id: "page:settings",
              label: "Settings",
              onClick: () => void navigate({ to: "/g/$group/settings", params: { group } }),
            },
          ]),
      { id: "page:account", label: "Account", onClick: () => void navigate({ to: "/account" }) },
      ...(administrator
        ? [{ id: "page:admin", label: "Administration", onClick: () => void navigate({ to: "/admin" }) }]
        : []),
    ],
  };
  const groups: SpotlightActionGroupData[] =
    group === undefined
      ? [pages]
      : [
          {
            group: "Deployments",
            actions: deployments.map(({ id, name, status, modelName, modelVersion }) => ({
              id: `deployment:${id}`,
              label: name,
              description: `${status} · ${modelName} v${modelVersion}`,
              onClick: () => void navigate({ to: "/g/$group/deployments/$id", params: { group, id } }),
            })),
          },
          {
            group: "Models",
            actions: models.map(({ name, latestVersion }) => ({
              id: `model:${name}`,
              label: name,
              description: latestVersion === null ? "no versions" : `latest version ${latestVersion}`,
              onClick: () => void navigate({ to: "/g/$group/models/$name", params: { group, name } }),
            })),
          },
          pages,
        ];
  return (
    <Spotlight
      store={store}
      attributes={{ content: { "aria-label": "Search or do" } }}
      styles={{ actionDescription: { opacity: 1, color: "inherit" } }}
      actions={groups.filter((each) => each.actions.length > 0)}
      shortcut={["mod + K", "/"]}
      limit={12}
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound="Nothing matches."
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: "Search models, deployments and pages",
        "aria-label": "Search models, deployments and pages",
      }}
    />
  );
}
