import { Button, type ButtonProps, Menu, Text } from "@mantine/core";
import { formatModelUri } from "@slipway/contracts/model-uri";
import { IconChevronDown } from "@tabler/icons-react";
import { usePrefetchQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ComponentPropsWithRef, useEffect, useRef, useState } from "react";
import { deploymentsQuery, useDeployments } from "#data/deployments.ts";
import { StatusSign } from "./status.tsx";

const SEARCH_FROM = 8;

interface DeployMenuProps {
  group: string;
  model: string;
  version: string;
  filled?: boolean;
}

/** `Deploy ▾`: a new deployment of a version, or an update of an existing one. It is made when it is first opened: a table has many. */
export function DeployMenu(props: DeployMenuProps) {
  const [used, setUsed] = useState(false);
  // Read before they are shown; watched by the one menu that shows them only.
  usePrefetchQuery(deploymentsQuery(props.group));
  if (used) return <UsedMenu {...props} />;
  return <DeployButton {...props} aria-haspopup="menu" aria-expanded={false} onClick={() => setUsed(true)} />;
}

type DeployButtonProps = DeployMenuProps & Omit<ComponentPropsWithRef<"button">, keyof ButtonProps>;

function DeployButton({ group: _, model: __, version, filled = false, ...rest }: DeployButtonProps) {
  return (
    <Button
      size={filled ? "sm" : "compact-sm"}
      variant={filled ? "filled" : "default"}
      rightSection={<IconChevronDown size={14} aria-hidden />}
      aria-label={`Deploy version ${version}`}
      data-deploy
      {...rest}
    >
      Deploy
    </Button>
  );
}

function UsedMenu(props: DeployMenuProps) {
  const { group, model, version } = props;
  const [search, setSearch] = useState("");
  const [opened, setOpened] = useState(false);
  const target = useRef<HTMLButtonElement>(null);
  const navigate = useNavigate();
  const deployments = useDeployments(group).data?.items ?? [];
  const modelUri = formatModelUri(model, version);
  const wanted = search.trim().toLowerCase();
  const found = deployments.filter(({ id, name, modelName }) =>
    `${id} ${name} ${modelName}`.toLowerCase().includes(wanted),
  );
  // The button that was pressed is this one now: the focus comes back to it.
  useEffect(() => {
    target.current?.focus({ preventScroll: true });
    setOpened(true);
  }, []);
  return (
    <Menu
      position="bottom-end"
      withinPortal
      width={320}
      styles={{ itemLabel: { minWidth: 0 } }}
      opened={opened}
      onChange={setOpened}
      onClose={() => setSearch("")}
    >
      <Menu.Target>
        <DeployButton ref={target} {...props} />
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        <Menu.Item
          data-autofocus
          onClick={() =>
            void navigate({ to: "/g/$group/deployments/new", params: { group }, search: { modelUri } })
          }
        >
          + Create new deployment
        </Menu.Item>
        {deployments.length > 0 ? <Menu.Label>Update an existing deployment</Menu.Label> : null}
        {deployments.length > SEARCH_FROM ? (
          <Menu.Search
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            placeholder={`Search ${deployments.length} deployments`}
            aria-label="Search deployments"
          />
        ) : null}
        {found.map(({ id, name, status, modelName, modelVersion }) => (
          <Menu.Item
            key={id}
            leftSection={<StatusSign status={status} />}
            onClick={() =>
              void navigate({
                to: "/g/$group/deployments/$id/update",
                params: { group, id },
                search: { modelUri },
              })
            }
          >
            <Text size="sm" className="one-line">
              {name}
            </Text>
            <Text size="xs" c="dimmed" className="one-line">
              {modelName} v{modelVersion} · {status}
            </Text>
          </Menu.Item>
        ))}
        {found.length === 0 && deployments.length > 0 ? (
          <Menu.Label>No deployment matches.</Menu.Label>
        ) : null}
      </Menu.Dropdown>
    </Menu>
  );
}
