import { Button, Menu, Text } from "@mantine/core";
import { IconArrowsDiff } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { StatusSign } from "#components/status.tsx";
import { useNewestVersions } from "#data/compared-versions.ts";
import { useDeployments } from "#data/deployments.ts";
import { useModel } from "#data/models.ts";
import { formatVersions } from "#lib/version-choice.ts";

interface CompareMenuProps {
  group: string;
  name: string;
  version: string;
}

/** `Compare with…`: the version before, what runs, what an alias means, or any. */
export function CompareMenu(props: CompareMenuProps) {
  return (
    <Menu position="bottom-end" withinPortal width={300} styles={{ itemLabel: { minWidth: 0 } }}>
      <Menu.Target>
        <Button variant="default" leftSection={<IconArrowsDiff size={16} aria-hidden />}>
          Compare with…
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={420} style={{ overflowY: "auto" }}>
        <CompareItems {...props} />
      </Menu.Dropdown>
    </Menu>
  );
}

/** They are read once the menu is open. */
function CompareItems({ group, name, version }: CompareMenuProps) {
  const navigate = useNavigate();
  const before = useNewestVersions({ group, name, filter: `version < ${version}`, size: 1 }).data?.items[0];
  const aliases = useModel(group, name).data?.aliases ?? [];
  const deployments = useDeployments(group).data?.items ?? [];
  const running = deployments.filter((each) => each.modelName === name && each.modelVersion !== version);
  const others = aliases.filter((each) => each.version !== version);

  /** What is compared with stands first: it is the baseline. */
  function open(other: string | null, deployment?: string): void {
    const choices = [...(other === null ? [] : [{ name, version: other }]), { name, version }];
    void navigate({
      to: "/g/$group/compare",
      params: { group },
      search: {
        versions: formatVersions(choices),
        ...(deployment === undefined ? {} : { deployment, with: formatVersions([{ name, version }]) }),
      },
    });
  }

  return (
    <>
      {before === undefined ? null : (
        <Menu.Item onClick={() => open(before.version)}>Version {before.version}, the one before</Menu.Item>
      )}
      {running.map(({ id, name: deployment, status, modelVersion }) => (
        <Menu.Item
          key={id}
          leftSection={<StatusSign status={status} />}
          onClick={() => open(modelVersion, id)}
        >
          <Text size="sm" className="one-line">
            Version {modelVersion}, of {deployment}
          </Text>
        </Menu.Item>
      ))}
      {others.map(({ alias, version: meant }) => (
        <Menu.Item key={alias} onClick={() => open(meant)}>
          <Text size="sm" className="one-line">
            Version {meant}, @{alias}
          </Text>
        </Menu.Item>
      ))}
      <Menu.Item onClick={() => open(null)}>Choose…</Menu.Item>
    </>
  );
}
