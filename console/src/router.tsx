/** Every URL of the console. Pages load when they are first visited. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { FrameProblem, NoSuchPage, PagePending, PageProblem } from "#components/page-states.tsx";
import { Shell } from "#components/shell.tsx";
import { askAllVersionsAhead, askModelAhead } from "#data/ahead.ts";
import { ApiProblem } from "#data/api.ts";
import { meQuery } from "#data/identity.ts";
import { parseSearch, stringifySearch, textSearch } from "#lib/search-params.ts";

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({
  component: Outlet,
});

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/sign-in",
  validateSearch: textSearch("token", "next"),
  component: lazyRouteComponent(() => import("#pages/sign-in/sign-in-page.tsx"), "SignInPage"),
});

/** Everything behind sign-in. */
const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  component: Shell,
  errorComponent: FrameProblem,
  beforeLoad: async ({ context, location }) => {
    try {
      await context.queryClient.ensureQueryData(meQuery);
    } catch (thrown) {
      if (thrown instanceof ApiProblem && thrown.code === "unauthenticated") {
        throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { next: location.href } });
      }
      throw thrown;
    }
  },
});

const homeRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  component: lazyRouteComponent(() => import("#pages/home/home-page.tsx"), "HomePage"),
});

const modelsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/g/$group/models",
  validateSearch: textSearch("search", "sort", "favourites"),
  component: lazyRouteComponent(() => import("#pages/models/models-page.tsx"), "ModelsPage"),
});

// By themselves, as their types are lost where they are inferred together with the rest of a route.
const modelSearch = textSearch("columns", "sort", "filter");
const allVersionsSearch = textSearch("columns", "sort", "filter", "best");

const modelRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/g/$group/models/$name",
  validateSearch: modelSearch,
  beforeLoad: ({ context: { queryClient }, params: { group, name }, search, preload }) => {
    if (!preload) askModelAhead(name, { queryClient, group, search });
  },
  component: lazyRouteComponent(() => import("#pages/model/model-page.tsx"), "ModelPage"),
});

const versionRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/g/$group/models/$name/versions/$version",
  validateSearch: textSearch("file"),
  component: lazyRouteComponent(
    () => import("#pages/model-version/model-version-page.tsx"),
    "ModelVersionPage",
  ),
});

const allVersionsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/g/$group/versions",
  validateSearch: allVersionsSearch,
  beforeLoad: ({ context: { queryClient }, params: { group }, search, preload }) => {
    if (!preload) askAllVersionsAhead({ queryClient, group, search });
  },
  component: lazyRouteComponent(() => import("#pages/all-versions/all-versions-page.tsx"), "AllVersionsPage"),
});

const compareRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/g/$group/compare",
  validateSearch: textSearch("versions", "only", "deployment", "with", "model", "metric", "by", "axes"),
  component: lazyRouteComponent(() => import("#pages/compare/compare-page.tsx"), "ComparePage"),
});

const deploymentsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/g/$group/deployments",
  validateSearch: textSearch("search", "sort", "mine"),
  component: lazyRouteComponent(() => import("#pages/deployments/deployments-page.tsx"), "DeploymentsPage"),
});

const newDeploymentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/g/$group/deployments/new",
  validateSearch: textSearch("modelUri"),
  component: lazyRouteComponent(
    () => import("#pages/new-deployment/new-deployment-page.tsx"),
    "NewDeploymentPage",
  ),
});

const deploymentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/g/$group/deployments/$id",
  validateSearch: textSearch(
    "tab",
    "log",
    "find",
    "at",
    "diff",
    "revision",
    "rollout",
    "by",
    "window",
    "split",
    "as",
  ),
  component: lazyRouteComponent(() => import("#pages/deployment/deployment-page.tsx"), "DeploymentPage"),
});

const updateDeploymentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/g/$group/deployments/$id/update",
  validateSearch: textSearch("modelUri"),
  component: lazyRouteComponent(
    () => import("#pages/update-deployment/update-deployment-page.tsx"),
    "UpdateDeploymentPage",
  ),
});

const settingsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/g/$group/settings",
  component: lazyRouteComponent(() => import("#pages/settings/settings-page.tsx"), "SettingsPage"),
});

const auditRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/g/$group/audit",
  validateSearch: textSearch("model"),
  component: lazyRouteComponent(() => import("#pages/audit/audit-page.tsx"), "AuditPage"),
});

const accountRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/account",
  component: lazyRouteComponent(() => import("#pages/account/account-page.tsx"), "AccountPage"),
});

const adminRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/admin",
  component: lazyRouteComponent(() => import("#pages/admin/admin-page.tsx"), "AdminPage"),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  shellRoute.addChildren([
    homeRoute,
    modelsRoute,
    modelRoute,
    allVersionsRoute,
    versionRoute,
    compareRoute,
    deploymentsRoute,
    newDeploymentRoute,
    deploymentRoute,
    updateDeploymentRoute,
    settingsRoute,
    auditRoute,
    accountRoute,
    adminRoute,
  ]),
]);

/** Makes the router over a cache of answers. */
export function createConsoleRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    parseSearch,
    stringifySearch,
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    // A page about something else is another page: nothing of what was typed, chosen or listed there goes along.
    defaultRemountDeps: ({ params }) => params,
    scrollRestoration: true,
    defaultPendingMs: 300,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: PageProblem,
    defaultNotFoundComponent: NoSuchPage,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
