import { Button, Drawer, Group, Stack, Text } from "@mantine/core";
import type { Deployment, Revision } from "@slipway/contracts/api/deployment";
import type { Rollout } from "@slipway/contracts/api/rollout";
import { FactList } from "#components/fact-list.tsx";
import { PageLink } from "#components/links.tsx";
import { Sign } from "#components/sign.tsx";
import { Time } from "#components/time.tsx";
import { formatUtc } from "#lib/format.ts";
import { lookOfRevision } from "./revision-state.ts";
import { SpecFacts } from "./spec-facts.tsx";

interface RevisionDrawerProps {
  deployment: Deployment;
  /** Null while none is opened. */
  revision: Revision | null;
  rollouts: Rollout[];
  onClose: () => void;
  onRollBack: (revision: Revision) => void;
}

/** One revision in full, beside the history. */
export function RevisionDrawer(props: RevisionDrawerProps) {
  const { revision, onClose } = props;
  return (
    <Drawer
      opened={revision !== null}
      onClose={onClose}
      position="right"
      size="lg"
      title={revision === null ? "" : `Revision ${revision.number}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {revision === null ? null : <RevisionInFull {...props} revision={revision} />}
    </Drawer>
  );
}

function RevisionInFull({
  deployment,
  revision,
  rollouts,
  onClose,
  onRollBack,
}: RevisionDrawerProps & { revision: Revision }) {
  const { group, id, servingRevision, latestRevision } = deployment;
  const { number, author, createdAt, updateMessage, rollbackOf } = revision;
  const look = lookOfRevision(number, deployment, rollouts);
  const mine = rollouts.filter((rollout) => rollout.revision === number);
  return (
    <Stack>
      {look === null ? null : <Sign look={look} />}
      {updateMessage === "" ? null : (
        <Text size="sm" className="break-anywhere" style={{ whiteSpace: "pre-wrap" }}>
          {updateMessage}
        </Text>
      )}
      <FactList
        facts={[
          ["Made by", author],
          [
            "Made",
            <span key="made">
              {formatUtc(createdAt)} (<Time at={createdAt} />)
            </span>,
          ],
          ["Copies", rollbackOf === null ? null : `revision ${rollbackOf}, by a rollback`],
          [
            "Rollouts",
            mine.length === 0 ? null : (
              <Group key="rollouts" gap="sm">
                {mine.map((rollout) => (
                  <PageLink
                    key={rollout.id}
                    to="/g/$group/deployments/$id"
                    params={{ group, id }}
                    search={{ tab: "rollouts", rollout: rollout.id }}
                  >
                    {rollout.id}, {rollout.state}
                  </PageLink>
                ))}
              </Group>
            ),
          ],
        ]}
      />
      <SpecFacts group={group} revision={revision} />
      {number === servingRevision && number === latestRevision ? null : (
        <div>
          <Button
            variant="default"
            onClick={() => {
              onClose();
              onRollBack(revision);
            }}
          >
            Roll back to this
          </Button>
        </div>
      )}
    </Stack>
  );
}
