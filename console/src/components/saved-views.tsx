import { Button, Menu, Text } from "@mantine/core";
import { useClipboard, useDisclosure } from "@mantine/hooks";
import {
  IconBookmark,
  IconCheck,
  IconChevronDown,
  IconLink,
  IconPencil,
  IconPlus,
} from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { type TableRef, useSavedViews } from "#data/saved-views.ts";
import type { ReadyView } from "#lib/ready-views.ts";
import { fromSavedView, isSameView, type ShownView } from "#lib/shown-view.ts";
import { ManageViews } from "./manage-views.tsx";
import { SaveView } from "./save-view.tsx";
import { useViewLink, ViewMenuLink } from "./view-link.tsx";

const SEARCH_FROM = 8;

interface SavedViewsProps {
  table: TableRef;
  /** What the table shows now. */
  shown: ShownView;
  /** Those that nobody has to save. */
  ready: ReadyView[];
}

/** `Views ▾`: what a group looks at again and again in a versions table, each a link that reproduces it. */
export function SavedViews({ table, shown, ready }: SavedViewsProps): ReactNode {
  const saved = useSavedViews(table);
  const [search, setSearch] = useState("");
  const [saving, save] = useDisclosure();
  const [managing, manage] = useDisclosure();
  const clipboard = useClipboard();
  const link = useViewLink(table);
  const views = saved.data?.items.map((each) => ({ ...each, view: fromSavedView(each) })) ?? [];
  const wanted = search.trim().toLowerCase();
  const found = views.filter(({ name }) => name.toLowerCase().includes(wanted));
  const current = [...views, ...ready].find(({ view }) => isSameView(view, shown));
  return (
    <>
      <Menu position="bottom-end" withinPortal={false} width={300} onClose={() => setSearch("")}>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconBookmark size={16} aria-hidden />}
            rightSection={<IconChevronDown size={14} aria-hidden />}
            maw={200}
          >
            <span className="one-line">{current === undefined ? "Views" : `View: ${current.name}`}</span>
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah={480} style={{ overflowY: "auto" }}>
          <Menu.Label>Saved by the group</Menu.Label>
          {views.length > SEARCH_FROM ? (
            <Menu.Search
              value={search}
              onChange={(event) => setSearch(event.currentTarget.value)}
              placeholder={`Search ${views.length} views`}
              aria-label="Search views"
            />
          ) : null}
          {found.map(({ id, name, view, createdBy }) => (
            <ViewMenuLink key={id} table={table} view={view} isShown={isSameView(view, shown)}>
              {name}
              <Text span fz="xs">
                {" "}
                by {createdBy}
              </Text>
            </ViewMenuLink>
          ))}
          {saved.error ? <Menu.Label>{saved.error.message}</Menu.Label> : null}
          {saved.data !== undefined && views.length === 0 ? (
            <Text size="xs" c="dimmed" px="sm" pb={4}>
              None yet. Choose columns, an order and a filter, then save them here: everybody in the group
              finds the same versions with one click.
            </Text>
          ) : null}
          {found.length === 0 && views.length > 0 ? <Menu.Label>No view matches.</Menu.Label> : null}
          <Menu.Item leftSection={<IconPlus size={14} aria-hidden />} onClick={save.open}>
            Save this view…
          </Menu.Item>
          {views.length > 0 ? (
            <Menu.Item leftSection={<IconPencil size={14} aria-hidden />} onClick={manage.open}>
              Manage views…
            </Menu.Item>
          ) : null}
          <Menu.Item
            closeMenuOnClick={false}
            leftSection={
              clipboard.copied ? <IconCheck size={14} aria-hidden /> : <IconLink size={14} aria-hidden />
            }
            onClick={() => clipboard.copy(link(shown))}
          >
            {clipboard.copied ? "Copied" : "Copy link"}
          </Menu.Item>
          <Menu.Divider />
          <Menu.Label>Ready to use</Menu.Label>
          {ready.map(({ name, view }) => (
            <ViewMenuLink key={name} table={table} view={view} isShown={isSameView(view, shown)}>
              {name}
            </ViewMenuLink>
          ))}
        </Menu.Dropdown>
      </Menu>
      {saving ? <SaveView table={table} shown={shown} onClose={save.close} /> : null}
      {managing ? (
        <ManageViews table={table} views={saved.data?.items ?? []} shown={shown} onClose={manage.close} />
      ) : null}
    </>
  );
}
