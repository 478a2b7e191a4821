import { Badge, Button, Menu, UnstyledButton } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { MoveAliasModal } from "./move-alias-modal.tsx";
import { RemoveAliasModal } from "./remove-alias-modal.tsx";
import { useMayEdit } from "./use-may-edit.ts";

interface AliasesProps {
  group: string;
  name: string;
  /** Those that are shown. */
  aliases: { alias: string; version: string }[];
  /** The version whose page this is; null on the model's. */
  version: string | null;
}

/** What is being done, and to which alias. */
type Doing = { verb: "set" } | { verb: "move" | "remove"; alias: string; version: string };

/** The aliases of a model or version, each with what can be done to it, and a way to set another. */
export function Aliases({ group, name, aliases, version }: AliasesProps) {
  const mayEdit = useMayEdit(group);
  const [doing, setDoing] = useState<Doing | null>(null);
  const close = () => setDoing(null);
  return (
    <>
      {aliases.map(({ alias, version: meant }) => (
        <AliasBadge
          key={alias}
          {...{ group, name, alias, mayEdit }}
          version={meant}
          showVersion={version === null}
          onDo={(verb) => setDoing({ verb, alias, version: meant })}
        />
      ))}
      {mayEdit ? (
        <Button size="compact-sm" variant="default" onClick={() => setDoing({ verb: "set" })}>
          Set alias…
        </Button>
      ) : null}
      {doing === null ? null : doing.verb === "remove" ? (
        <RemoveAliasModal {...{ group, name }} alias={doing.alias} version={doing.version} onClose={close} />
      ) : (
        <MoveAliasModal
          {...{ group, name }}
          alias={doing.verb === "move" ? doing.alias : null}
          version={doing.verb === "move" ? null : version}
          onClose={close}
        />
      )}
    </>
  );
}

interface AliasBadgeProps {
  group: string;
  name: string;
  alias: string;
  version: string;
  showVersion: boolean;
  mayEdit: boolean;
  onDo: (verb: "move" | "remove") => void;
}

function AliasBadge({ group, name, alias, version, showVersion, mayEdit, onDo }: AliasBadgeProps) {
  const navigate = useNavigate();
  const text = showVersion ? `@${alias} v${version}` : `@${alias}`;
  const look = { variant: "light", color: "grape", tt: "none" } as const;
  if (!mayEdit) return <Badge {...look}>{text}</Badge>;
  return (
    <Menu position="bottom-start" withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={`Alias ${text}`} style={{ maxWidth: "100%" }}>
          <Badge
            {...look}
            style={{ cursor: "pointer" }}
            rightSection={<IconChevronDown size={12} aria-hidden />}
          >
            {text}
          </Badge>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {showVersion ? (
          <Menu.Item
            onClick={() =>
              void navigate({
                to: "/g/$group/models/$name/versions/$version",
                params: { group, name, version },
              })
            }
          >
            Open version {version}
          </Menu.Item>
        ) : null}
        <Menu.Item onClick={() => onDo("move")}>Move…</Menu.Item>
        <Menu.Item onClick={() => onDo("remove")}>Remove…</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
