import "@mantine/spotlight/styles.css";
import { createSpotlight, Spotlight, type SpotlightActionGroupData, useSpotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type KeyboardEvent, useEffect } from "react";
import { useDeployments } from "#data/deployments.ts";
import { useMe } from "#data/identity.ts";
import { useModels } from "#data/models.ts";
import { askedVersions } from "#lib/asked-versions.ts";

const [store, actions] = createSpotlight();

/** Opens and closes the palette, also before it is there to be seen. */
export const spotlight = actions;

/** ⌘K: goes to any model, version, deployment or page. Reads the lists only while it is open. */
export function Palette({ group }: { group: string | undefined }) {
  const navigate = useNavigate();
  const { administrator } = useMe();
  const { opened, query } = useSpotlight(store);
  const enabled = opened && group !== undefined;
  const modelList = useModels(group ?? "", { enabled });
  const deploymentList = useDeployments(group ?? "", { enabled });
  const models = modelList.data?.items ?? [];
  const deployments = deploymentList.data?.items ?? [];
  const isRead = modelList.isSuccess && deploymentList.isSuccess;
  useEffect(() => {
    // Spotlight looks whether there is anything only when the words change.
    if (isRead)
      store.updateState((state) => ({
        ...state,
        empty: state.query.trim() !== "" && state.registeredActions.size === 0,
      }));
  }, [isRead]);
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
              id: "page:versions",
              label: "Versions of all models",
              onClick: () => void navigate({ to: "/g/$group/versions", params: { group } }),
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
            {
              id: "page:audit",
              label: "Audit",
              onClick: () => void navigate({ to: "/g/$group/audit", params: { group } }),
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
          {
            group: "Versions",
            actions: askedVersions(query, models).map(({ name, version }) => ({
              id: `version:${name}`,
              label: `${name} version ${version}`,
              keywords: [query],
              onClick: () =>
                void navigate({
                  to: "/g/$group/models/$name/versions/$version",
                  params: { group, name, version },
                }),
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
      shortcut="/"
      limit={12}
      highlightQuery
      scrollable
      maxHeight={420}
      nothingFound="Nothing matches. A version is found by its model's name and its number: iris 2"
      searchProps={{
        leftSection: <IconSearch size={18} aria-hidden />,
        placeholder: "Search models, versions, deployments and pages",
        "aria-label": "Search models, versions, deployments and pages",
        onKeyDown: goToFirst,
      }}
    />
  );
}

/** Enter goes to what is found first; Spotlight has selected nothing where the lists came after the words. */
function goToFirst({ key, nativeEvent }: KeyboardEvent): void {
  const { selected, listId, query } = store.getState();
  if (key !== "Enter" || nativeEvent.isComposing || selected >= 0 || query.trim() === "") return;
  document.getElementById(listId)?.querySelector<HTMLElement>("[data-action]")?.click();
}
