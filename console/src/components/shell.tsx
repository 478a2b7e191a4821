import {
  ActionIcon,
  AppShell,
  Burger,
  Button,
  Group,
  Kbd,
  Menu,
  NavLink,
  Select,
  Text,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
} from "@mantine/core";
import { useDisclosure, useHotkeys, useOs } from "@mantine/hooks";
import {
  IconBox,
  IconChevronDown,
  IconDeviceDesktop,
  IconHistory,
  IconLogout,
  IconMoon,
  IconRocket,
  IconSearch,
  IconSettings,
  IconShieldCog,
  IconSun,
  IconUser,
  IconVersions,
} from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useNavigate, useParams, useRouterState } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useRef } from "react";
import { signOut, useMe } from "#data/identity.ts";
import { useLiveUpdates } from "#data/live.ts";
import { KeysHelp } from "./keys-help.tsx";
import { NavPageLink, PageLink } from "./links.tsx";

const Palette = lazy(async () => ({ default: (await import("./palette.tsx")).Palette }));

/** The frame around every page: navigation, group, palette, theme, user. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure();
  const me = useMe();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const { group: inPath } = useParams({ strict: false });
  const lastGroup = useRef(inPath);
  if (inPath !== undefined) lastGroup.current = inPath;
  const group = inPath ?? lastGroup.current ?? me.groups[0]?.name;
  const main = useRef<HTMLElement>(null);
  useLiveUpdates();
  const focusedFor = useRef(pathname);
  useEffect(() => {
    // Another page closes the navigation and takes the focus; the first one leaves it to the browser.
    if (focusedFor.current === pathname) return;
    focusedFor.current = pathname;
    close();
    if (main.current?.contains(document.activeElement) === false) main.current.focus({ preventScroll: true });
  }, [pathname, close]);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 200, breakpoint: "sm", collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="xs" wrap="nowrap">
          <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Navigation" />
          <PageLink to="/" underline="never" c="inherit" fw={700} visibleFrom="sm" w={170}>
            <Group gap={8} wrap="nowrap">
              <img src="/icon.svg" alt="" width={22} height={22} />
              Slipway
            </Group>
          </PageLink>
          <GroupSelect group={group} />
          <div style={{ flex: 1 }} />
          <PaletteButton />
          <ThemeToggle />
          <UserMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Main">
        <Navigation group={group} pathname={pathname} />
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1}>
        <Outlet />
      </AppShell.Main>
      <Suspense fallback={null}>
        <Palette group={group} />
      </Suspense>
      <KeysHelp />
    </AppShell>
  );
}

function Navigation({ group, pathname }: { group: string | undefined; pathname: string }) {
  const { administrator } = useMe();
  function entry(path: string) {
    return {
      active: pathname.startsWith(path),
      ...(pathname.startsWith(path) ? { "aria-current": "page" as const } : {}),
    };
  }
  return (
    <>
      {group === undefined ? null : (
        <>
          <NavPageLink
            to="/g/$group/models"
            params={{ group }}
            label="Models"
            leftSection={<IconBox size={18} aria-hidden />}
            {...entry(`/g/${group}/models`)}
          />
          <NavPageLink
            to="/g/$group/versions"
            params={{ group }}
            label="Versions"
            leftSection={<IconVersions size={18} aria-hidden />}
            {...entry(`/g/${group}/versions`)}
          />
          <NavPageLink
            to="/g/$group/deployments"
            params={{ group }}
            label="Deployments"
            leftSection={<IconRocket size={18} aria-hidden />}
            {...entry(`/g/${group}/deployments`)}
          />
          <NavPageLink
            to="/g/$group/settings"
            params={{ group }}
            label="Settings"
            leftSection={<IconSettings size={18} aria-hidden />}
            {...entry(`/g/${group}/settings`)}
          />
          <NavPageLink
            to="/g/$group/audit"
            params={{ group }}
            label="Audit"
            leftSection={<IconHistory size={18} aria-hidden />}
            {...entry(`/g/${group}/audit`)}
          />
        </>
      )}
      {administrator ? (
        <NavPageLink
          to="/admin"
          label="Administration"
          leftSection={<IconShieldCog size={18} aria-hidden />}
          {...entry("/admin")}
        />
      ) : null}
      <NavLink
        component="a"
        href="/api/v1/openapi.json"
        target="_blank"
        rel="noopener"
        label="API"
        description="OpenAPI document"
        mt="auto"
      />
    </>
  );
}

function GroupSelect({ group }: { group: string | undefined }) {
  const { groups } = useMe();
  const navigate = useNavigate();
  const names = groups.map(({ name, displayName }) => ({ value: name, label: displayName || name }));
  if (group === undefined) return <Text size="sm">No group yet</Text>;
  if (!names.some(({ value }) => value === group)) names.push({ value: group, label: group });
  return (
    <Select
      aria-label="Group"
      data={names}
      value={group}
      allowDeselect={false}
      searchable={names.length > 8}
      w={{ base: 116, xs: 170 }}
      size="xs"
      comboboxProps={{ width: 220, position: "bottom-start" }}
      onChange={(next) => {
        if (next !== null) void navigate({ to: "/g/$group/models", params: { group: next } });
      }}
    />
  );
}

function PaletteButton() {
  const os = useOs({ getValueInEffect: false });
  async function toggle(): Promise<void> {
    const { spotlight } = await import("./palette.tsx");
    spotlight.toggle();
  }
  // Here, not in the palette: the key also counts while that is still on its way. It works from fields and checkboxes
  // too; `/`, which the palette listens to, does not, as it can be typed there.
  useHotkeys([["mod + K", () => void toggle()]], []);
  return (
    <>
      <Button
        visibleFrom="md"
        variant="default"
        size="xs"
        c="dimmed"
        fw={400}
        leftSection={<IconSearch size={14} aria-hidden />}
        rightSection={<Kbd size="xs">{os === "macos" || os === "ios" ? "⌘K" : "Ctrl K"}</Kbd>}
        onClick={() => void toggle()}
      >
        Search or do…
      </Button>
      <ActionIcon
        hiddenFrom="md"
        variant="subtle"
        color="gray"
        size="lg"
        onClick={() => void toggle()}
        aria-label="Search or do"
      >
        <IconSearch size={18} aria-hidden />
      </ActionIcon>
    </>
  );
}

const SCHEMES = [
  { value: "auto", label: "Like the system", Icon: IconDeviceDesktop },
  { value: "light", label: "Light", Icon: IconSun },
  { value: "dark", label: "Dark", Icon: IconMoon },
] as const;

function ThemeToggle() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const current = SCHEMES.findIndex(({ value }) => value === colorScheme);
  const { label, Icon } = SCHEMES[current] ?? SCHEMES[0];
  const next = SCHEMES[(current + 1) % SCHEMES.length] ?? SCHEMES[0];
  return (
    <Tooltip label={`Theme: ${label.toLowerCase()}`}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        onClick={() => setColorScheme(next.value)}
        aria-label={`Theme: ${label.toLowerCase()}. Switch to ${next.label.toLowerCase()}`}
      >
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}

function UserMenu() {
  const { username, administrator } = useMe();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  async function leave(): Promise<void> {
    await signOut();
    await navigate({ to: "/sign-in", search: {} });
    queryClient.clear();
  }
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <UnstyledButton aria-label={`User menu of ${username}`} px={4} py={6}>
          <Group gap={4} wrap="nowrap">
            <IconUser size={18} aria-hidden />
            <Text size="sm" maw={120} className="one-line" visibleFrom="xs">
              {username}
            </Text>
            <IconChevronDown size={14} aria-hidden />
          </Group>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {username}
          {administrator ? " · administrator" : ""}
        </Menu.Label>
        <Menu.Item
          data-autofocus
          leftSection={<IconUser size={16} aria-hidden />}
          onClick={() => void navigate({ to: "/account" })}
        >
          Account
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
